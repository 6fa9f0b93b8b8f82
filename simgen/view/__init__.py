"""Pictures of episodes for people: contact sheets and videos."""
