namespace Greenery.Staging.Writing;

/// <summary>What every row of a COPY ends with, behind the columns of the file.</summary>
internal sealed class RowEnding
{
    private readonly bool _hasLine;
    private readonly byte[] _constant = [];

    private RowEnding(string[] columns, bool hasLine, params long[] constants)
    {
        Columns = columns;
        _hasLine = hasLine;
        using var page = new CopyPage();
        foreach (var constant in constants)
        {
            page.WriteInt64Field(constant);
        }
        _constant = page.Content.ToArray();
    }

    /// <summary>Rows are the columns of the file and no more.</summary>
    public static RowEnding Nothing { get; } = new([], hasLine: false);

    /// <summary>Rows that are merged carry the line they begin at.</summary>
    public static RowEnding Line { get; } = new(["_line"], hasLine: true);

    /// <summary>The columns' names, in order.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Rows that go straight into staging carry their drop and their load.</summary>
    public static RowEnding Load(long dropId, long loadSequence) =>
        new([StagingTable.DropId, StagingTable.LoadSequence], hasLine: false, dropId, loadSequence);

    public void Write(CopyPage page, long line)
    {
        if (_hasLine)
        {
            page.WriteInt64Field(line);
        }
        page.Write(_constant);
    }
}
