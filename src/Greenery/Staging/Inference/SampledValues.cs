using System.Buffers.Binary;
using System.Text.Json;
using Greenery.Drops;
using Greenery.Staging.Parsing.Csv;

namespace Greenery.Staging.Inference;

/// <summary>
/// Takes the rows that a reader sends for COPY, and gives their values to a guess. Each page holds whole rows.
/// </summary>
/// <param name="table">Takes the values.</param>
/// <param name="columns">Of the rows; <c>_extra</c> holds those that the reader's contract does not know.</param>
/// <param name="form">Of the file.</param>
internal sealed class SampledValues(TableGuess table, IReadOnlyList<string> columns, FileForm form) : MemoryStream
{
    private readonly bool _isJson = form.Format != DropFormat.Csv;
    // A column without a name, or the second of a name, is none that a contract can have.
    private readonly HashSet<string> _names = [.. form.Columns];
    private const int HeaderBytes = 19;

    private byte[] _unescaped = [];
    private bool _isBegun;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var page = buffer.Span;
        page = _isBegun ? page : page[HeaderBytes..];
        _isBegun = true;
        while (page.Length >= 2 && !table.IsFull)
        {
            var fields = BinaryPrimitives.ReadInt16BigEndian(page);
            page = page[2..];
            if (fields >= 0)
            {
                TakeRow(ref page, fields);
            }
        }
        return table.IsFull ? throw new EndOfSampleException() : ValueTask.CompletedTask;
    }

    private void TakeRow(ref ReadOnlySpan<byte> page, int fields)
    {
        table.BeginRow();
        for (var i = 0; i < fields; i++)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(page);
            var value = length < 0 ? default : page.Slice(4, length);
            page = page[(4 + value.Length)..];
            if (i < columns.Count && columns[i] == StagingTable.Extra)
            {
                // The first byte is jsonb's version.
                TakeObject(value.IsEmpty ? value : value[1..]);
            }
            else if (i < columns.Count)
            {
                table.Add(columns[i], value, _isJson);
            }
        }
        table.EndRow();
    }

    private void TakeObject(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
        {
            return;
        }
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (_isJson ? !IsNameless(name) : _names.Contains(name))
            {
                TakeValue(ref reader, json, name);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private bool IsNameless(string name) =>
        form.Format is DropFormat.Xlsx or DropFormat.Parquet
        && name.StartsWith(CsvHeader.Nameless, StringComparison.Ordinal);

    private void TakeValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, string name)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                table.Add(name, default, _isJson);
                break;
            case JsonTokenType.StartArray or JsonTokenType.StartObject:
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                table.Add(name, json[start..(int)reader.BytesConsumed], _isJson);
                break;
            case JsonTokenType.String when reader.ValueIsEscaped:
                if (_unescaped.Length < reader.ValueSpan.Length)
                {
                    _unescaped = new byte[2 * reader.ValueSpan.Length];
                }
                table.Add(name, _unescaped.AsSpan(0, reader.CopyString(_unescaped)), _isJson);
                break;
            default:
                table.Add(name, reader.ValueSpan, _isJson);
                break;
        }
    }
}

/// <summary>Enough rows were seen.</summary>
internal sealed class EndOfSampleException : Exception;
