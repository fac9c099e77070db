using System.Globalization;

namespace Greenery.Benchmarks.Torture;

/// <summary>Counts what happened, for the table at the end.</summary>
internal sealed class Tally
{
    private readonly List<(DisturbanceKind Kind, Outcome Outcome, TimeSpan? Recovery)> _all = [];

    /// <summary>Processes that were killed.</summary>
    public int Kills => _all.Count(one => one.Kind.IsKill());

    public int Count(DisturbanceKind kind) => _all.Count(one => one.Kind == kind);

    /// <param name="kind">What happened.</param>
    /// <param name="outcome">What became of the run.</param>
    /// <param name="recovery">
    /// How long it took until the night was done; null where nothing was to recover, or the next process was disturbed in its turn.
    /// </param>
    public void Add(DisturbanceKind kind, Outcome outcome, TimeSpan? recovery) => _all.Add((kind, outcome, recovery));

    /// <summary>As Markdown.</summary>
    public IEnumerable<string> Table() =>
    [
        "| disturbance | times | unharmed | resumed | run anew | seconds to recover | at most |",
        "|---|---:|---:|---:|---:|---:|---:|",
        .. _all.GroupBy(one => one.Kind).OrderBy(group => group.Key).Select(group => Row(group.Key.Words(), [.. group])),
        Row("in all", _all),
    ];

    private static string Row(string words, List<(DisturbanceKind Kind, Outcome Outcome, TimeSpan? Recovery)> some)
    {
        int Of(Outcome outcome) => some.Count(one => one.Outcome == outcome);
        var seconds = some.Select(one => one.Recovery?.TotalSeconds).OfType<double>().Order().ToList();
        return string.Create(CultureInfo.InvariantCulture,
            $"| {words} | {some.Count} | {Of(Outcome.Unharmed)} | {Of(Outcome.Resumed)} | {Of(Outcome.Anew)} | ")
            + (seconds.Count == 0
                ? "| |"
                : string.Create(CultureInfo.InvariantCulture, $"{seconds[seconds.Count / 2]:f1} | {seconds[^1]:f1} |"));
    }
}
