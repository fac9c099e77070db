using System.Globalization;

namespace Greenery.Benchmarks.Load;

/// <summary>The measured figures, printed as a table at the end.</summary>
internal sealed class ResultTable
{
    private readonly List<string> _lines =
    [
        "| what | rows | seconds | MB/s | peak MB |",
        "|---|---:|---:|---:|---:|",
    ];

    private readonly List<string> _comparisons = [];
    private string _last = "";

    public void Add(string name, long rows, long bytes, Measurement measured)
    {
        _last = name;
        var seconds = measured.Time.TotalSeconds;
        var peak = name.StartsWith("psql", StringComparison.Ordinal) ? "" : $"{measured.PeakBytes >> 20}";
        _lines.Add(Format($"| {name} | {rows:n0} | {seconds:f2} | {bytes / 1e6 / seconds:f0} | {peak} |"));
        Console.WriteLine(Format($"{name}: {seconds:f2} s"));
    }

    /// <summary>Sets the step added last against another; nothing where that was not measured.</summary>
    public void Compare(string with, TimeSpan time, TimeSpan? other, double? goal)
    {
        if (other is { } yardstick)
        {
            var ratio = time / yardstick;
            var judged = goal is null ? "" : Format($" (goal: at most {goal}{(ratio <= goal ? "" : ", missed")})");
            _comparisons.Add(Format($"- {_last}: {ratio:f2} {with}{judged}"));
        }
    }

    /// <summary>Sets a step added before against the one added last.</summary>
    public void CompareWith(string name, TimeSpan? time, TimeSpan last)
    {
        if (time is { } measured)
        {
            _comparisons.Add(Format($"- {name}: {measured / last:f2} of the same drop into an empty table"));
        }
    }

    public void Print() => Console.WriteLine(string.Join('\n', ["", .. _lines, "", .. _comparisons]));

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
