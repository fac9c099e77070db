using System.Globalization;
using Greenery.Runs;

namespace Greenery.Benchmarks.Clusters;

/// <summary>What was measured on both databases, printed as a table at the end.</summary>
internal sealed class SideBySideTable
{
    // What takes less on both says nothing.
    private const double Least = 0.05;

    private static readonly string[] Kinds =
        [.. Enum.GetNames<StepKind>().Select(kind => kind.ToLowerInvariant())];

    private readonly List<string> _lines =
    [
        "| what | plain, s | cluster, s | cluster / plain |",
        "|---|---:|---:|---:|",
    ];

    /// <summary>Adds a run, and its parts in the order in which they come.</summary>
    public void Add(string what, RunFigures plain, RunFigures cluster)
    {
        Add(what, plain.Seconds, cluster.Seconds);
        foreach (var kind in Kinds)
        {
            var (one, other) = (plain.Parts.GetValueOrDefault(kind), cluster.Parts.GetValueOrDefault(kind));
            if (one >= Least || other >= Least)
            {
                Add($"- {kind}", one, other);
            }
        }
    }

    public void Print() => Console.WriteLine(string.Join('\n', ["", .. _lines]));

    private void Add(string what, double plain, double cluster)
    {
        var ratio = plain > 0 ? string.Create(CultureInfo.InvariantCulture, $"{cluster / plain:f2}") : "";
        _lines.Add(string.Create(CultureInfo.InvariantCulture, $"| {what} | {plain:f2} | {cluster:f2} | {ratio} |"));
    }
}
