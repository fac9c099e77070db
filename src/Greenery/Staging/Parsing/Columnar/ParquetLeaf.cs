using Greenery.Sources;
using Greenery.Staging.Parsing.Records;
using Parquet;
using Parquet.Meta;
using Parquet.Schema;

namespace Greenery.Staging.Parsing.Columnar;

/// <summary>A column of a Parquet file that holds values, and those of the row group that is read.</summary>
internal abstract class ParquetLeaf
{
    private int[] _definitions = [];
    private int[] _repetitions = [];
    private DataField? _field;
    private int _count;
    private int _at;

    /// <summary>The names from the top down, for messages.</summary>
    public string Name => ShowPath(Path);

    public required IReadOnlyList<string> Path { get; init; }

    /// <summary>As it is stored in the file.</summary>
    public required Parquet.Meta.Type StoredType { get; init; }

    /// <summary>The type that holds all its values; null where the schema leaves it to the values.</summary>
    public required ColumnType? Declared { get; init; }

    /// <summary>The level at which there is a value.</summary>
    public required int MaxDefinition { get; init; }

    /// <summary>How many lists it is in.</summary>
    public required int MaxRepetition { get; init; }

    public bool IsBytes => StoredType is Parquet.Meta.Type.BYTE_ARRAY or Parquet.Meta.Type.FIXED_LEN_BYTE_ARRAY
        or Parquet.Meta.Type.INT96;

    /// <summary>Whether every value of the row group was taken.</summary>
    public bool IsAtEnd => _at >= _count;

    /// <summary>At which level there is something at this place.</summary>
    public int Definition => MaxDefinition == 0 ? 0 : _definitions[At];

    /// <summary>Which list goes on at this place; 0 where a row begins.</summary>
    public int Repetition => MaxRepetition == 0 ? 0 : _repetitions[At];

    private int At => _at < _count ? _at : throw new DamagedFileException(
        $"Column '{Name}' has fewer values than its row group has rows");

    /// <summary>Whether Parquet.Net reads the encoding, and reads it right, for this type.</summary>
    public bool CanBeRead(Encoding encoding) => encoding switch
    {
        Encoding.PLAIN or Encoding.PLAIN_DICTIONARY or Encoding.RLE_DICTIONARY => true,
        Encoding.DELTA_BINARY_PACKED => StoredType is Parquet.Meta.Type.INT32 or Parquet.Meta.Type.INT64,
        Encoding.DELTA_LENGTH_BYTE_ARRAY => StoredType is Parquet.Meta.Type.BYTE_ARRAY,
        Encoding.DELTA_BYTE_ARRAY => StoredType is Parquet.Meta.Type.BYTE_ARRAY,
        Encoding.BYTE_STREAM_SPLIT => StoredType is Parquet.Meta.Type.FLOAT or Parquet.Meta.Type.DOUBLE,
        _ => false,
    };

    /// <summary>What a row group says of the column.</summary>
    /// <exception cref="RefusedDropException">It is encrypted, or in another file.</exception>
    public ColumnMetaData ColumnOf(RowGroup group, int number)
    {
        var chunk = group.Columns.Find(one => one.CryptoMetadata is not null || one.MetaData is null
            || one.MetaData.PathInSchema.SequenceEqual(Path));
        if (chunk is { CryptoMetadata: not null } or { EncryptedColumnMetadata: not null })
        {
            throw ParquetContent.Encrypted();
        }
        if (chunk is { FilePath.Length: > 0 })
        {
            throw new RefusedDropException(
                "has its rows in other files; expected all in one. Upload the files with rows, without the summary "
                + "file (_metadata).");
        }
        return chunk?.MetaData ?? throw new DamagedFileException($"Row group {number} lacks the column '{Name}'");
    }

    /// <summary>Takes the field that Parquet.Net knows it by.</summary>
    /// <exception cref="RefusedDropException">It has no name, by which Parquet.Net would know it.</exception>
    /// <exception cref="DamagedFileException">It sees other lists than we do.</exception>
    public void Attach(IEnumerable<DataField> fields)
    {
        if (Path.Contains(""))
        {
            throw new RefusedDropException(
                "has a column without a name, which is not read; expected a name for each column. Ask its sender to "
                + "name it, or to leave it out.");
        }
        _field = fields.FirstOrDefault(field => field.Path.ToList().SequenceEqual(Path));
        if (_field is null || _field.MaxDefinitionLevel != MaxDefinition || _field.MaxRepetitionLevel != MaxRepetition)
        {
            throw new DamagedFileException($"Column '{Name}' has a form of lists that is not known");
        }
    }

    /// <summary>Reads the values of a row group, in place of those of the one before it.</summary>
    public async Task LoadAsync(ParquetRowGroupReader group, int count, CancellationToken cancellationToken)
    {
        (_at, _count) = (0, count);
        _definitions = Levels(_definitions, MaxDefinition, count);
        _repetitions = Levels(_repetitions, MaxRepetition, count);
        await ReadAsync(
            group, _field!, count, MaxDefinition == 0 ? default(Memory<int>?) : _definitions,
            MaxRepetition == 0 ? default(Memory<int>?) : _repetitions, cancellationToken);
    }

    /// <summary>Writes the value at this place, or null, and goes on to the next.</summary>
    /// <returns>What is wrong with it; null for nothing.</returns>
    public ParquetFault? Write(RecordJson row)
    {
        var hasValue = Definition == MaxDefinition;
        _at++;
        if (hasValue)
        {
            return WriteNext(row);
        }
        row.Null();
        return null;
    }

    /// <summary>Leaves out a place without a value.</summary>
    public void Skip()
    {
        _ = At;
        _at++;
    }

    /// <summary>Names from the top down, as a message can hold them.</summary>
    public static string ShowPath(IEnumerable<string> path) =>
        ReadableText.Shorten(System.Text.Encoding.UTF8.GetBytes(string.Join('.', path)));

    /// <summary>Reads the values that are there.</summary>
    protected abstract Task ReadAsync(
        ParquetRowGroupReader group, DataField field, int count, Memory<int>? definitions, Memory<int>? repetitions,
        CancellationToken cancellationToken);

    /// <summary>Writes the next value that is there.</summary>
    protected abstract ParquetFault? WriteNext(RecordJson row);

    private static int[] Levels(int[] levels, int most, int count) =>
        most == 0 || levels.Length >= count ? levels : new int[count];
}

/// <summary>What is wrong with a value.</summary>
internal sealed record ParquetFault(RowRule Rule, string Found, string Expected);
