using Greenery.Checks;

namespace Greenery.Reports.Data;

/// <summary>A check: what it found the last time it ran, and how it ended in the last runs.</summary>
/// <param name="Status">Of the last time.</param>
/// <param name="RunId">The run of the last time.</param>
/// <param name="Marks">For each run of the strip that it ran in two letters: which (A for the first), and how its
/// status begins.</param>
public sealed record CheckHistory(
    string Id, string Mart, string Model, string? Column, string Kind, Severity Severity, CheckStatus Status,
    long RowsLookedAt,
    long RowsFailing, string Message, long RunId, string Marks)
{
    /// <summary>Rows fail, or it is not known whether they do.</summary>
    public bool IsOpen => Status is CheckStatus.Warn or CheckStatus.Fail or CheckStatus.Error;

    /// <summary>One letter per run of the strip; a space where it did not run.</summary>
    public string Cells(int count)
    {
        var cells = new string(' ', count).ToCharArray();
        foreach (var mark in Marks.Chunk(2))
        {
            cells[mark[0] - 'A'] = mark[1];
        }
        return new string(cells);
    }

    /// <summary>Whether a cell's letter says that it was open.</summary>
    public static bool IsOpenMark(char cell) => cell is 'w' or 'f' or 'e';
}
