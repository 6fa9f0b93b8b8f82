"""`simgen preview`: an episode as a contact sheet or as a video."""

import errno
import os
import shutil
from os import PathLike
from pathlib import Path

from simgen.errors import InputError, MissingLibraryError
from simgen.record.dataset import episode_paths
from simgen.record.episode import Episode
from simgen.view.moments import choose_moments
from simgen.view.sheet import contact_sheet, moment_page, write_png

KINDS = (".png", ".mp4")


def preview(path: str | PathLike[str], out: str | PathLike[str]) -> None:
    """Draws every camera with its labels, and the lidars from above.

    Args:
        path: an episode, or a dataset (its first episode is shown).
        out: .png for a contact sheet, .mp4 for a video of all keyframes.

    Raises:
        InputError: another kind of file, or one that cannot be written.
        MissingLibraryError: a video without imageio-ffmpeg.
    """
    out = Path(out)
    if out.suffix.lower() not in KINDS:
        raise InputError(f"--out: expected a file name that ends in {' or '.join(KINDS)}, got {out.name!r}")
    with Episode(episode_paths(path)[0]) as episode:
        if not len(episode):
            raise InputError(f"{episode.path}: expected at least one keyframe, got none")
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            _draw(episode, out)
        except (FileNotFoundError, PermissionError, NotADirectoryError, IsADirectoryError, FileExistsError) as error:
            raise InputError(f"{out}: expected a path that can be written, got: {error.strerror}") from error


def _draw(episode: Episode, out: Path) -> None:
    # FFmpeg tells kinds of files by their endings, so that of the partial file stays the same.
    partial = out.with_name(f"{out.stem}.partial{out.suffix}")
    if out.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(out))
    partial.touch()  # tells at once whether it can be written
    try:
        if out.suffix.lower() == ".png":
            write_png(contact_sheet(episode), str(partial))
        else:
            _write_video(episode, partial)
        os.replace(partial, out)
    finally:
        partial.unlink(missing_ok=True)


def _write_video(episode: Episode, path: Path) -> None:
    try:
        import imageio_ffmpeg
    except ImportError as error:
        raise MissingLibraryError("a video needs imageio-ffmpeg: pip install 'simgen-data[view]'") from error
    moments = choose_moments(episode)
    pages = (moment_page(episode, keyframe, moments) for keyframe in range(len(episode)))
    first = next(pages)
    size = (first.shape[1], first.shape[0])
    fps = float(episode.attributes["keyframe_hz"])
    writer = imageio_ffmpeg.write_frames(
        str(path), size, fps=fps, quality=8, macro_block_size=2, ffmpeg_log_level="quiet"
    )
    try:
        writer.send(None)
        writer.send(first.tobytes())
        for page in pages:
            writer.send(page.tobytes())
        writer.close()
        written = imageio_ffmpeg.count_frames_and_secs(str(path))[0]
    except (OSError, RuntimeError):
        written = -1  # FFmpeg's own words are many and name no file
    finally:
        writer.close()
    if written != len(episode):
        free = shutil.disk_usage(path.parent).free
        raise OSError(errno.ENOSPC if free < 1 << 20 else errno.EIO, "FFmpeg cannot write all frames", str(path))
