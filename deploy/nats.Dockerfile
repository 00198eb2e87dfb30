# NATS with a folder for the log that an unprivileged user may write: a new volume takes its owner
# from the folder it is mounted on. The version is the one Mesa is tested with; below 2.14.4 atomic
# batches are not safe, and Mesa refuses to start.
FROM nats:2.15.1-alpine
RUN mkdir /data && chown 10002:10002 /data
USER 10002:10002
