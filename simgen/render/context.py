"""The OpenGL context of a thread, on EGL: a GPU where there is one, Mesa's llvmpipe where not."""

import ctypes
import ctypes.util
import os
import threading
from collections.abc import Callable
from typing import Any

import moderngl

from simgen.errors import MissingLibraryError

_COLOUR = 0x1800
_DEPTH = 0x1801
_DEPTH_ATTACHMENT = 0x8D00
_DEPTH_COMPONENT32F = 0x8CAC
_FRAMEBUFFER = 0x8D40
_RENDERBUFFER = 0x8D41
_TEXTURE_2D = 0x0DE1
_LOWER_LEFT = 0x8CA1
_ZERO_TO_ONE = 0x935F
_INSTALL = "install them with: apt-get install libegl1 libgl1-mesa-dri"

_here = threading.local()


class GraphicsContext:
    """One OpenGL context, for the thread that made it alone.

    Depth runs from 1 at the near plane to 0 at infinity in 32 bit floats, which keeps it exact at every distance.
    Source: E. Lapidous, G. Jiao, Optimal depth buffer for low-cost graphics hardware, Graphics Hardware 1999.

    Attributes:
        gl: moderngl's context.
        renderer: OpenGL's own name of what draws.
        is_software: a CPU draws.
    """

    def __init__(self) -> None:
        try:
            self.gl = moderngl.create_context(standalone=True, require=430, backend="egl")  # type: ignore[arg-type]  # stubs lag
            self._library = ctypes.CDLL(ctypes.util.find_library("EGL") or "libEGL.so.1")
        except Exception as error:  # the loader raises plain Exception
            raise MissingLibraryError(f"OpenGL: expected EGL and OpenGL 4.3 ({error}); {_INSTALL}") from error
        self.renderer = str(self.gl.info["GL_RENDERER"])
        self.is_software = "llvmpipe" in self.renderer or "softpipe" in self.renderer
        self._owner = (os.getpid(), threading.get_ident())
        self.gl.gc_mode = "context_gc"
        self._library.eglGetProcAddress.restype = ctypes.c_void_p
        self._library.eglGetProcAddress.argtypes = [ctypes.c_char_p]
        self._clear_words = self._function("glClearBufferuiv", ctypes.c_uint, ctypes.c_int, ctypes.c_void_p)
        self._finish = self._function("glFinish")
        self._clear_depth = self._function("glClearBufferfv", ctypes.c_uint, ctypes.c_int, ctypes.c_void_p)
        self._copy = self._function("glCopyImageSubData", *[ctypes.c_uint] * 15)
        self._function("glClipControl", ctypes.c_uint, ctypes.c_uint)(_LOWER_LEFT, _ZERO_TO_ONE)

    def finish(self) -> None:
        """Waits until all is drawn, as reading back would, but lets Python's other threads run."""
        self._finish()

    def check(self) -> None:
        """Refuses to be used by another thread or by a forked process.

        Raises:
            RuntimeError: this is not the thread that made the context.
        """
        if self._owner != (os.getpid(), threading.get_ident()):
            raise RuntimeError(
                "an OpenGL context belongs to the thread that made it; give each thread its own Observer"
            )

    def clear(self, first: int, second: int, depth: float) -> None:
        """Sets the two words of each pixel and the depth of the framebuffer in use."""
        self._clear_words(_COLOUR, 0, (ctypes.c_uint * 4)(first, second, 0, 0))
        self._clear_depth(_DEPTH, 0, (ctypes.c_float * 1)(depth))

    def copy_texture(
        self, source: moderngl.Texture, target: moderngl.Texture, box: tuple[int, int, int, int], left: int = 0
    ) -> None:
        """Copies a box (x, y, width, height) to another texture, shifted right (moderngl copies colours alone)."""
        x, y, width, height = box
        self._copy(source.glo, _TEXTURE_2D, 0, x, y, 0, target.glo, _TEXTURE_2D, 0, x + left, y, 0, width, height, 1)

    def attach_depth(self, framebuffer: moderngl.Framebuffer) -> None:
        """Gives a framebuffer of colours alone a 32 bit float depth buffer (moderngl's own has 24 bit integers)."""
        width, height = framebuffer.size
        name = ctypes.c_uint(0)
        self._function("glGenRenderbuffers", ctypes.c_int, ctypes.c_void_p)(1, ctypes.byref(name))
        self._function("glBindRenderbuffer", ctypes.c_uint, ctypes.c_uint)(_RENDERBUFFER, name)
        storage = self._function("glRenderbufferStorage", ctypes.c_uint, ctypes.c_uint, ctypes.c_int, ctypes.c_int)
        storage(_RENDERBUFFER, _DEPTH_COMPONENT32F, width, height)
        framebuffer.use()
        attach = self._function("glFramebufferRenderbuffer", *[ctypes.c_uint] * 4)
        attach(_FRAMEBUFFER, _DEPTH_ATTACHMENT, _RENDERBUFFER, name)
        # Deleting the name only marks it: the buffer lives as long as its framebuffer.
        framebuffer.extra = name
        framebuffer.depth_mask = True

    def detach_depth(self, framebuffer: moderngl.Framebuffer) -> None:
        """Frees what `attach_depth` made."""
        self._function("glDeleteRenderbuffers", ctypes.c_int, ctypes.c_void_p)(1, ctypes.byref(framebuffer.extra))

    def _function(self, name: str, *arguments: Any) -> Callable[..., Any]:
        address = self._library.eglGetProcAddress(name.encode())
        if not address:
            raise MissingLibraryError(f"OpenGL: the driver lacks {name}; {_INSTALL}")
        return ctypes.CFUNCTYPE(None, *arguments)(address)


def context() -> GraphicsContext:
    """The context of this thread, made when it is first asked for.

    Raises:
        MissingLibraryError: there is no EGL or no OpenGL 4.3.
    """
    made: GraphicsContext | None = getattr(_here, "context", None)
    if made is None or _here.pid != os.getpid():
        made = GraphicsContext()
        _here.context, _here.pid = made, os.getpid()
    return made
