package io.nolook.chaos;

/** What is done to the cluster. */
public enum FaultKind {
    /** SIGKILL of a TaskManager, which is started again. */
    KILL_TASK_MANAGER,
    /** SIGKILL of the JobManager; the next one finds the job in ZooKeeper. */
    KILL_JOB_MANAGER,
    /** SIGKILL of the broker. */
    KILL_BROKER,
    /** SIGSTOP of a TaskManager for longer than the heartbeat's timeout. */
    PAUSE_TASK_MANAGER,
    /** SIGSTOP of the JobManager for longer than the heartbeat's timeout. */
    PAUSE_JOB_MANAGER,
    /** SIGSTOP of the broker. */
    PAUSE_BROKER,
    /** The broker is stopped in order and started while transactions are being committed. */
    RESTART_BROKER_IN_COMMIT,
    /** A TaskManager is silent for longer than a checkpoint may take. */
    CHECKPOINT_TIMEOUT,
    /** The disk of the checkpoints has no room. */
    DISK_FULL,
    /** Stopped with a savepoint and started from it with another parallelism. */
    RESCALE,
    /** Stopped with a savepoint and started from it with other options and another graph of tasks. */
    UPGRADE
}
