namespace Greenery.FaultInjection;

/// <summary>How much to fault injection.</summary>
internal sealed record FaultInjectionOptions
{
    /// <summary>Processes to kill; 200 by default.</summary>
    public int Kills { get; init; } = 200;

    /// <summary>How often each other disturbance comes; by default once for every 20 kills, at least once.</summary>
    public int Others { get; init; } = 10;

    /// <summary>How often each disturbance comes that only <c>chaos</c> does; 0 by default.</summary>
    public int Chaos { get; init; }

    /// <summary>
    /// Daily runs a database lives through before a new one begins with the opening daily run; 6 by default.
    /// </summary>
    public int Days { get; init; } = 6;

    /// <summary>
    /// Disturbances of a daily run, the fewest; the most are 4. 1 by default, for daily runs of all sorts.
    /// </summary>
    public int MinPerRun { get; init; } = 1;

    /// <summary>
    /// The same seed gives the same plan of disturbances. What a plan meets differs from time to time all the same:
    /// processes run side by side.
    /// </summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// A cluster (Citus) to run on: the connection string of a superuser to a database of the coordinator that has the
    /// extension and the nodes. Null, the default, for a PostgreSQL of the session's own.
    /// </summary>
    public string? Cluster { get; init; }

    /// <summary>
    /// So many disturbances of all kinds: each of those of <c>chaos</c> twice as often as each of the others, and kills
    /// for the rest, which is nearly half: a daily run lives through several kills, but one other disturbance only.
    /// At least one of each kind.
    /// </summary>
    public static FaultInjectionOptions OfChaos(int disturbances, int seed)
    {
        var (others, chaos) = (Math.Max(1, disturbances / 50), Math.Max(1, disturbances / 25));
        var kinds = Enum.GetValues<DisturbanceKind>().Where(kind => kind.IsPossible(onCluster: false))
            .ToLookup(kind => kind.IsChaos());
        var rest = disturbances - (chaos * kinds[true].Count())
            - (others * kinds[false].Count(kind => !kind.IsKill()));
        return new FaultInjectionOptions { Kills = Math.Max(5, rest), Others = others, Chaos = chaos, Seed = seed };
    }

    /// <summary>
    /// So many disturbances of those that a cluster can have, half of them kills. At least two kills, and one of each
    /// other kind.
    /// </summary>
    public static FaultInjectionOptions OfCluster(string cluster, int disturbances, int seed)
    {
        var kinds = Enum.GetValues<DisturbanceKind>()
            .Count(kind => !kind.IsKill() && kind.IsPossible(onCluster: true));
        var others = Math.Max(1, disturbances / (2 * kinds));
        return new FaultInjectionOptions
        {
            Cluster = cluster, Kills = Math.Max(2, disturbances - (others * kinds)), Others = others, Seed = seed,
        };
    }
}
