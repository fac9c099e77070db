using Greenery.Presentation;

namespace Greenery.Reports;

/// <summary>A history strip in words, and in the pieces that are drawn.</summary>
internal static class RunHistoryText
{
    /// <summary><c>30 runs: 27 passed, 2 warned, 1 failed</c></summary>
    public static string Describe(string cells)
    {
        var ran = cells.Replace(" ", "", StringComparison.Ordinal);
        var said = ran.GroupBy(cell => cell).OrderBy(group => "pwfen".IndexOf(group.Key, StringComparison.Ordinal))
            .Select(group => $"{group.Count()} {Word(group.Key)}");
        var gaps = cells.Length - ran.Length;
        if (ran.Length == 0)
        {
            return $"Not judged again in the last {NumberFormat.Count(cells.Length, "run")}";
        }
        return $"Last {NumberFormat.Count(cells.Length, "run")}: {string.Join(", ", said)}"
            + $"{(gaps > 0 ? $", {gaps} without it" : "")}";
    }

    /// <summary>Stretches of equal cells, where each begins and how long it is: one line is drawn for each.</summary>
    public static IEnumerable<(char Cell, int From, int Length)> Stretches(string cells)
    {
        var from = 0;
        for (var at = 1; at <= cells.Length; at++)
        {
            if (at == cells.Length || cells[at] != cells[from])
            {
                yield return (cells[from], from, at - from);
                from = at;
            }
        }
    }

    private static string Word(char cell) => cell switch
    {
        'p' => "passed",
        'w' => "warned",
        'f' => "failed",
        'e' => "could not be evaluated",
        _ => "looked at no row",
    };
}
