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
}

/// <summary>What people read of the kinds.</summary>
internal static class DisturbanceKinds
{
    public static bool IsKill(this DisturbanceKind kind) => kind <= DisturbanceKind.KillServe;

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
        _ => "process frozen and overtaken",
    };
}
