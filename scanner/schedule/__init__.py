"""Sites swept when it is time: cron times, the daemon that keeps them, and its systemd units."""
