namespace Greenery.Staging.Writing;

/// <summary>What every row of a COPY ends with, behind the columns of the file.</summary>
/// <param name="Drop">Drop id and load sequence, for rows that go straight into staging; null for rows that are
/// merged, which carry their line.</param>
internal sealed record RowEnding((long DropId, long LoadSequence)? Drop)
{
    /// <summary>The columns' names, in order.</summary>
    public IReadOnlyList<string> Columns => Drop is null ? ["_line"] : ["_drop_id", "_load_seq"];

    public void Write(CopyPage page, long line)
    {
        page.WriteInt64Field(Drop?.DropId ?? line);
        if (Drop is { } drop)
        {
            page.WriteInt64Field(drop.LoadSequence);
        }
    }
}
