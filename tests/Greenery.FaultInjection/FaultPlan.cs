namespace Greenery.FaultInjection;

/// <summary>All disturbances that are to come, in an order of chance, a few for each daily run.</summary>
internal sealed class FaultPlan
{
    /// <summary>A step that was killed more often is not begun again: that is another test's.</summary>
    private const int MaxPerRun = 4;

    private const int MostMisses = 5;

    private readonly Random _random;
    private readonly int _fewest;
    private readonly List<Disturbance> _open;

    public FaultPlan(FaultInjectionOptions options, IReadOnlyList<ExpectedResult> baseline,
        IReadOnlyCollection<DisturbanceKind> impossible, Random random)
    {
        (_random, _fewest) = (random, options.MinPerRun);
        var boundaries = baseline.SelectMany(run => run.Boundaries).Distinct().ToArray();
        random.Shuffle(boundaries);
        var kills = boundaries.Take(options.Kills * 4 / 5)
            .Select(boundary => new Disturbance(DisturbanceKind.KillAtBoundary, boundary)).ToList();
        for (var number = kills.Count; number < options.Kills; number++)
        {
            kills.Add(new Disturbance(number % 3 == 0 ? DisturbanceKind.KillServe : DisturbanceKind.KillRun));
        }
        var others = Enum.GetValues<DisturbanceKind>()
            .Where(kind => !kind.IsKill() && kind.IsPossible(options.Cluster is not null)
                && !impossible.Contains(kind))
            .SelectMany(kind => Enumerable.Repeat(
                new Disturbance(kind), kind.IsChaos() ? options.Chaos : options.Others));
        var all = kills.Concat(others).ToArray();
        random.Shuffle(all);
        _open = [.. all];
        Boundaries = boundaries.Length;
    }

    /// <summary>How many boundaries a run has.</summary>
    public int Boundaries { get; }

    /// <summary>How many disturbances are to come.</summary>
    public int Open => _open.Count;

    /// <summary>Those that did not come about, however often they were tried.</summary>
    public List<Disturbance> Missed { get; } = [];

    /// <summary>
    /// What is to happen to a daily run, in order: boundaries as a run passes them, then random kills, then at most one
    /// other thing.
    /// </summary>
    public IReadOnlyList<Disturbance> Draw(ExpectedResult run)
    {
        var chosen = new List<Disturbance>();
        var most = _random.Next(_fewest, MaxPerRun + 1);
        for (var at = 0; at < _open.Count && chosen.Count < most;)
        {
            if (Fits(_open[at], chosen, run))
            {
                chosen.Add(_open[at]);
                _open.RemoveAt(at);
            }
            else
            {
                at++;
            }
        }
        return [.. chosen.OrderBy(disturbance =>
            disturbance.Kind.IsKill() ? disturbance.Boundary?.Phase ?? 1000 : 2000)];
    }

    /// <summary>It did not come about.</summary>
    public void Return(Disturbance disturbance)
    {
        var again = disturbance with { Misses = disturbance.Misses + 1 };
        (again.Misses > MostMisses ? Missed : _open).Add(again);
    }

    private static bool Fits(Disturbance one, List<Disturbance> chosen, ExpectedResult run) =>
        one.Boundary is { } boundary
            ? run.Boundaries.Contains(boundary) && chosen.All(other => other.Boundary?.Phase != boundary.Phase)
            : one.Kind.IsKill() || chosen.All(other => other.Kind.IsKill());
}
