using System.Buffers.Binary;
using Greenery.Sources;
using Greenery.Staging.Parsing.Records;
using Parquet;
using Parquet.Meta;

namespace Greenery.Staging.Parsing.Columnar;

/// <summary>A Parquet file, opened, and one row group of it at a time in memory.</summary>
internal sealed class ParquetContent
{
    private const int MarkBytes = 4;

    // Mark, length of the footer, mark.
    private const int LeastBytes = 12;

    // An element of a footer takes a few bytes in the file, and an object in memory.
    private const int BytesOfFooterByte = 16;

    private readonly ParquetReader _reader;
    private readonly ParquetPages _pages;
    private int _group;

    private ParquetContent(ParquetReader reader, ParquetPages pages)
    {
        _reader = reader;
        _pages = pages;
    }

    /// <summary>The columns, in the order of the file.</summary>
    public IReadOnlyList<ParquetNode> Columns { get; private set; } = [];

    /// <summary>The row group that is read, from 1; 0 before the first.</summary>
    public int Group => _group;

    /// <summary>Whether no row group is left.</summary>
    public bool IsAtEnd => _group >= _reader.RowGroupCount;

    private IReadOnlyList<ParquetLeaf> Leaves { get; set; } = [];

    /// <param name="file">The whole file.</param>
    /// <param name="kindOf">The type that the contract has for a column of a name.</param>
    /// <param name="isPersonal">Whether its text may be a person's.</param>
    /// <param name="limits">What it may cost.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RefusedDropException">It is no Parquet file, or one that cannot be read.</exception>
    public static async Task<ParquetContent> OpenAsync(
        FileStream file, Func<string, ColumnType?> kindOf, bool isPersonal, DropLimits limits,
        CancellationToken cancellationToken)
    {
        RefuseOther(file, isPersonal);
        EnsureFooter(file, limits);
        var reader = await ReadFooterAsync(file, cancellationToken);
        var meta = reader.Metadata!;
        if (meta.EncryptionAlgorithm is not null)
        {
            throw Encrypted();
        }
        // Some programs leave it at 0.
        if (meta.NumRows > meta.RowGroups.Sum(group => group.NumRows))
        {
            throw new DamagedFileException(
                $"It says that it has {meta.NumRows} rows, and its row groups have "
                + $"{meta.RowGroups.Sum(group => group.NumRows)}");
        }
        var content = new ParquetContent(reader, new ParquetPages(file, limits));
        content.Build(meta, kindOf);
        return content;
    }

    /// <summary>Reads the next row group.</summary>
    /// <returns>Its rows.</returns>
    public async Task<long> LoadAsync(CancellationToken cancellationToken)
    {
        var group = _reader.OpenRowGroupReader(_group++);
        _pages.Check(group.RowGroup, _group, Leaves);
        foreach (var leaf in Leaves)
        {
            var values = (int)leaf.ColumnOf(group.RowGroup, _group).NumValues;
            await leaf.LoadAsync(group, values, cancellationToken);
        }
        return group.RowCount;
    }

    /// <summary>Ends the row group, all rows of which were written.</summary>
    /// <exception cref="DamagedFileException">A column has more values than that.</exception>
    public void EndGroup()
    {
        if (Leaves.Any(leaf => !leaf.IsAtEnd))
        {
            throw new DamagedFileException($"Row group {_group} has more values than rows");
        }
    }

    /// <summary>Why an encrypted file is refused.</summary>
    public static RefusedDropException Encrypted() => new(
        "is encrypted; expected a Parquet file that is not. Ask its sender to write it without encryption, and protect "
        + "the way it is sent instead.");

    private static async Task<ParquetReader> ReadFooterAsync(FileStream file, CancellationToken cancellationToken)
    {
        try
        {
            return await ParquetReader.CreateAsync(file, cancellationToken: cancellationToken);
        }
        catch (OutOfMemoryException exception)
        {
            // Of a footer that is small, as was seen before.
            throw new DamagedFileException("Its footer says that it has lists of impossible length", exception);
        }
    }

    private void Build(FileMetaData meta, Func<string, ColumnType?> kindOf)
    {
        var tree = new ParquetTree(meta.Schema, kindOf);
        Columns = tree.Build();
        Leaves = tree.Leaves;
        meta.Schema.ForEach(ParquetLeafFactory.Strip);
        var fields = _reader.Schema.GetDataFields();
        foreach (var leaf in Leaves)
        {
            leaf.Attach(fields);
        }
        foreach (var column in meta.RowGroups.SelectMany(group => group.Columns))
        {
            // Not asked for, and wrong in files of some programs.
            column.MetaData?.Statistics = null;
        }
    }

    private static void RefuseOther(FileStream file, bool isPersonal)
    {
        Span<byte> buffer = stackalloc byte[8];
        var start = buffer[..file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)];
        if (start.StartsWith("PARE"u8))
        {
            throw Encrypted();
        }
        if (!start.StartsWith("PAR1"u8))
        {
            throw new RefusedDropException(
                $"begins with {FoundText.Quoted(start, isPersonal)}; expected a Parquet file, which begins with "
                + "'PAR1'. Is it a file of another kind under this name? Give it the ending it has.");
        }
    }

    private static void EnsureFooter(FileStream file, DropLimits limits)
    {
        Span<byte> end = stackalloc byte[2 * MarkBytes];
        var isWhole = file.Length >= LeastBytes;
        if (isWhole)
        {
            file.Position = file.Length - end.Length;
            file.ReadExactly(end);
        }
        var length = isWhole ? BinaryPrimitives.ReadInt32LittleEndian(end) : 0;
        if (!isWhole || !end.EndsWith("PAR1"u8) || length < 0 || length > file.Length - LeastBytes)
        {
            throw new RefusedDropException(
                "begins as a Parquet file and does not end as one; expected its footer and 'PAR1' there. Was the "
                + "upload cut short? Upload the file again.");
        }
        limits.EnsureInMemory(
            "its footer", (long)length * BytesOfFooterByte, "Write the file with fewer, larger row groups");
        file.Position = 0;
    }
}
