package io.nolook.tool.chaos;

/** What is done to the cluster. */
public enum FaultKind {
    /** SIGKILL of a TaskManager, which is started again. */
    KILL_TASK_MANAGER,
    /** SIGKILL of the JobManager; the next one finds the job in ZooKeeper. */
    KILL_JOB_MANAGER,
    /** SIGKILL of one of the brokers. */
    KILL_BROKER,
    /** SIGSTOP of a TaskManager for longer than the heartbeat's timeout. */
    PAUSE_TASK_MANAGER,
    /** SIGSTOP of the JobManager for longer than the heartbeat's timeout. */
    PAUSE_JOB_MANAGER,
    /** SIGSTOP of one of the brokers. */
    PAUSE_BROKER,
    /** Nobody reaches one of the brokers: packets to and from it are dropped. */
    CUT_OFF_BROKER,
    /** Nobody reaches ZooKeeper for longer than its sessions last: the JobManager loses its leadership. */
    CUT_OFF_ZOOKEEPER,
    /** Bytes between clients and one of the brokers, or all, are 100 to 400 ms late in each direction. */
    DELAY_LINKS,
    /** One of the brokers is stopped in order and started while transactions are being committed. */
    RESTART_BROKER_IN_COMMIT,
    /** A TaskManager is silent for longer than a checkpoint may take. */
    CHECKPOINT_TIMEOUT,
    /** The disk of the checkpoints has no room. */
    DISK_FULL,
    /** Stopped with a savepoint and started from it with another parallelism. */
    RESCALE,
    /** Stopped with a savepoint and started from it with another batch size, thread count, kind of checkpoint and graph of tasks. */
    UPGRADE,
    /** Some cameras, all, or none use another model from now on; or one is asked for a keyframe. */
    COMMAND,
    /** The same, and a TaskManager is killed meanwhile. */
    COMMAND_AND_KILL
}
