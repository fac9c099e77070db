namespace Greenery.FaultInjection;

/// <summary>What may happen to a run.</summary>
internal enum DisturbanceKind
{
    /// <summary><c>greenery run</c> is killed exactly at a place of a step.</summary>
    KillAtBoundary,

    /// <summary><c>greenery run</c> is killed at any moment.</summary>
    KillRun,

    /// <summary><c>greenery serve</c>, which was asked over HTTP, is killed at any moment.</summary>
    KillServe,

    /// <summary>Some of the run's sessions are ended by the server, several times.</summary>
    CutConnections,

    /// <summary>PostgreSQL is restarted in fast mode: transactions are rolled back, clients get an error.</summary>
    RestartFast,

    /// <summary>PostgreSQL is restarted in immediate mode: as after a crash.</summary>
    RestartImmediate,

    /// <summary>Azurite is killed and started again.</summary>
    RestartAzurite,

    /// <summary>The temp folder has no room for what is to go there.</summary>
    FillTemp,

    /// <summary>Every step is delivered twice at the same moment.</summary>
    DeliverTwice,

    /// <summary>The process is suspended, is taken for dead, and continues while another resumes its run.</summary>
    Freeze,

    /// <summary>The clock of the run's process is set forward and back, several times.</summary>
    JumpClock,

    /// <summary>For some seconds no byte passes between the process and PostgreSQL.</summary>
    BlackHole,

    /// <summary>From some moment on no byte passes any more; the process has to give up by itself.</summary>
    Silence,

    /// <summary>Connections to PostgreSQL break in the middle of an answer, several times.</summary>
    HalfAnswer,

    /// <summary>For some seconds the storage is not reached.</summary>
    StorageOutage,

    /// <summary>The storage's first answers are cut short.</summary>
    StorageHalfAnswer,

    /// <summary>The process is suspended until its lease has run out, with all of its sessions open.</summary>
    PauseBeyondLease,

    /// <summary>For some seconds the server gives sessions that may only read, as one that was demoted.</summary>
    ReadOnly,

    /// <summary>For some seconds the server's disk is full.</summary>
    FullDisk,

    /// <summary>The run goes through a connection pooler in session mode, which crashes and starts again.</summary>
    Pooler,

    /// <summary>The run's sessions on a node of the cluster are ended, several times.</summary>
    CutNodes,

    /// <summary>A node of the cluster crashes and comes back.</summary>
    CrashNode,

    /// <summary>The coordinator of the cluster crashes and comes back.</summary>
    CrashCoordinator,
}

/// <summary>What people read of the kinds.</summary>
internal static class DisturbanceKinds
{
    public static bool IsKill(this DisturbanceKind kind) => kind <= DisturbanceKind.KillServe;

    /// <summary>What only <c>chaos</c> does.</summary>
    public static bool IsChaos(this DisturbanceKind kind) =>
        kind is >= DisturbanceKind.JumpClock and <= DisturbanceKind.Pooler;

    /// <summary>
    /// Whether it can be done on a cluster, which is reached by SQL alone, or else on a PostgreSQL of the session's
    /// own, which is no cluster.
    /// </summary>
    public static bool IsPossible(this DisturbanceKind kind, bool onCluster) => kind.IsKill()
        || kind == DisturbanceKind.CutConnections || (kind >= DisturbanceKind.CutNodes) == onCluster;

    public static string Describe(this DisturbanceKind kind) => kind switch
    {
        DisturbanceKind.KillAtBoundary => "run killed at a step's boundary",
        DisturbanceKind.KillRun => "run killed at a random moment",
        DisturbanceKind.KillServe => "serve killed at a random moment",
        DisturbanceKind.CutConnections => "connections cut by the server",
        DisturbanceKind.RestartFast => "PostgreSQL restarted, fast",
        DisturbanceKind.RestartImmediate => "PostgreSQL restarted, immediate",
        DisturbanceKind.RestartAzurite => "Azurite killed and restarted",
        DisturbanceKind.FillTemp => "temp folder full",
        DisturbanceKind.DeliverTwice => "every step delivered twice at once",
        DisturbanceKind.Freeze => "process frozen and overtaken",
        DisturbanceKind.JumpClock => "clock of the process jumps",
        DisturbanceKind.BlackHole => "network black hole for seconds",
        DisturbanceKind.Silence => "network black hole for good",
        DisturbanceKind.HalfAnswer => "half answers of PostgreSQL",
        DisturbanceKind.StorageOutage => "storage outage for seconds",
        DisturbanceKind.StorageHalfAnswer => "half answers of the storage",
        DisturbanceKind.PauseBeyondLease => "process paused beyond its lease",
        DisturbanceKind.ReadOnly => "server read-only for seconds",
        DisturbanceKind.FullDisk => "disk of the server full for seconds",
        DisturbanceKind.Pooler => "connection pooler crashes",
        DisturbanceKind.CutNodes => "connections cut on a node",
        DisturbanceKind.CrashNode => "node crashes",
        _ => "coordinator crashes",
    };
}
