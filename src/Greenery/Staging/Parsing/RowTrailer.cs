using Greenery.Staging.Types;

namespace Greenery.Staging.Parsing;

/// <summary>What every row of a COPY ends with, after the columns of the file.</summary>
internal sealed class RowTrailer
{
    private readonly bool _hasLine;
    private readonly byte[] _constant = [];

    private RowTrailer(string[] columns, bool hasLine, params long[] constants)
    {
        Columns = columns;
        _hasLine = hasLine;
        using var page = new CopyBuffer();
        foreach (var constant in constants)
        {
            page.WriteInt64Field(constant);
        }
        _constant = page.Content.ToArray();
    }

    /// <summary>Rows are the columns of the file and no more.</summary>
    public static RowTrailer Nothing { get; } = new([], hasLine: false);

    /// <summary>Rows that are merged carry the line they begin at.</summary>
    public static RowTrailer Line { get; } = new(["_line"], hasLine: true);

    /// <summary>The columns' names, in order.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Rows that go straight into staging carry their drop and their load.</summary>
    public static RowTrailer Load(long dropId, long loadSequence) =>
        new([StagingTable.DropId, StagingTable.LoadSequence], hasLine: false, dropId, loadSequence);

    /// <summary>Rows of several drops that are merged together carry line, drop and load.</summary>
    public static RowTrailer Part(long dropId, long loadSequence) =>
        new(["_line", StagingTable.DropId, StagingTable.LoadSequence], hasLine: true, dropId, loadSequence);

    public void Write(CopyBuffer page, long line)
    {
        if (_hasLine)
        {
            page.WriteInt64Field(line);
        }
        page.Write(_constant);
    }
}
