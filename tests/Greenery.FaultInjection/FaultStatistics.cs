using System.Globalization;

namespace Greenery.FaultInjection;

/// <summary>Counts what happened, for the table at the end.</summary>
internal sealed class FaultStatistics
{
    private readonly List<(DisturbanceKind Kind, DisturbanceOutcome Outcome, TimeSpan? Recovery)> _all = [];

    /// <summary>All that several have counted.</summary>
    public static FaultStatistics Merge(IEnumerable<FaultStatistics> several)
    {
        var merged = new FaultStatistics();
        merged._all.AddRange(several.SelectMany(one => one._all));
        return merged;
    }

    /// <summary>Processes that were killed.</summary>
    public int Kills => _all.Count(one => one.Kind.IsKill());

    public int Count(DisturbanceKind kind) => _all.Count(one => one.Kind == kind);

    /// <param name="kind">What happened.</param>
    /// <param name="outcome">What became of the run.</param>
    /// <param name="recovery">
    /// How long it took until the daily run was done; null where nothing was to recover, or the next process was
    /// disturbed in its turn.
    /// </param>
    public void Add(DisturbanceKind kind, DisturbanceOutcome outcome, TimeSpan? recovery) =>
        _all.Add((kind, outcome, recovery));

    /// <summary>As Markdown.</summary>
    public IEnumerable<string> Table() =>
    [
        "| disturbance | times | unharmed | resumed | run anew | seconds to recover | at most |",
        "|---|---:|---:|---:|---:|---:|---:|",
        .. _all.GroupBy(one => one.Kind).OrderBy(group => group.Key)
        .Select(group => Row(group.Key.Describe(), [.. group])),
        Row("in all", _all),
    ];

    private static string Row(
        string words, List<(DisturbanceKind Kind, DisturbanceOutcome Outcome, TimeSpan? Recovery)> some)
    {
        int Of(DisturbanceOutcome outcome) => some.Count(one => one.Outcome == outcome);
        var seconds = some.Select(one => one.Recovery?.TotalSeconds).OfType<double>().Order().ToList();
        return string.Create(CultureInfo.InvariantCulture,
            $"| {words} | {some.Count} | {Of(DisturbanceOutcome.Unharmed)} | {Of(DisturbanceOutcome.Resumed)} | "
                + $"{Of(DisturbanceOutcome.Anew)} | ")
            + (seconds.Count == 0
                ? "| |"
                : string.Create(CultureInfo.InvariantCulture, $"{seconds[seconds.Count / 2]:f1} | {seconds[^1]:f1} |"));
    }
}
