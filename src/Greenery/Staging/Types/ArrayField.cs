using System.Buffers.Binary;
using System.Text.Json;
using Greenery.Sources;

namespace Greenery.Staging.Types;

/// <summary>
/// An array of one dimension, as JSON (<c>["a", null]</c>) or as PostgreSQL writes it (<c>{a,NULL}</c>). Its elements
/// are written as the file's other values are; numbers of JSON have one form only.
/// </summary>
internal sealed class ArrayField(ColumnType element, ValueFormat format) : FieldType
{
    private const int LengthBytes = 4;

    // Braces and brackets are the same in all countries: only what the contract says tells of other decimals.
    private readonly FieldType _element = Of(element, format with { IsDecimalUnsure = false });
    private readonly FieldType _number = Of(element);
    private readonly byte[] _start = Start(element);
    private byte[] _scratch = new byte[256];
    private long _unfolded;

    public override string Expected =>
        $"an array as [a, b] or {{a,b}}, each element {_element.Expected}, or null"
        + (element.Kind is ColumnKind.Numeric ? Together : "");

    public override bool IsVariable => true;

    public override long Rounded => _element.Rounded + _number.Rounded;

    // A numeric(p,s) is as short as its digits.
    private string Together =>
        element.Precision == 0 ? $"; together at most {JsonbField.MostUnfolded >> 10} KB in plain digits" : "";

    public override RowRule Write(ReadOnlySpan<byte> text, CopyBuffer page)
    {
        text = text.Trim((byte)' ');
        var start = page.Length;
        // Length, dimensions, whether there are nulls, the element's type; then elements and lower bound.
        page.Write(_start);
        var elements = 0;
        var hasNull = false;
        _unfolded = 0;
        var rule = !text.IsEmpty && text[0] == '{'
            ? WriteLiteral(text, page, ref elements, ref hasNull)
            : WriteJson(text, page, ref elements, ref hasNull);
        if (rule != RowRule.None)
        {
            page.Reset(start);
            return rule;
        }
        Complete(page, start, elements, hasNull);
        return RowRule.None;
    }

    private static byte[] Start(ColumnType element)
    {
        var start = new byte[24];
        BinaryPrimitives.WriteInt32BigEndian(start.AsSpan(12), (int)PostgresOid.Of(element));
        BinaryPrimitives.WriteInt32BigEndian(start.AsSpan(20), 1);
        return start;
    }

    // An empty array has no dimension.
    private static void Complete(CopyBuffer page, int start, int elements, bool hasNull)
    {
        if (elements == 0)
        {
            page.Reset(start + 16);
        }
        var written = page.Written(start);
        BinaryPrimitives.WriteInt32BigEndian(written, written.Length - LengthBytes);
        BinaryPrimitives.WriteInt32BigEndian(written[4..], elements == 0 ? 0 : 1);
        BinaryPrimitives.WriteInt32BigEndian(written[8..], hasNull ? 1 : 0);
        if (elements > 0)
        {
            BinaryPrimitives.WriteInt32BigEndian(written[16..], elements);
        }
    }

    private RowRule WriteJson(ReadOnlySpan<byte> text, CopyBuffer page, ref int elements, ref bool hasNull)
    {
        var reader = new Utf8JsonReader(text);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            {
                return RowRule.Type;
            }
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var rule = WriteElement(ref reader, text, page, ref hasNull);
                if (rule != RowRule.None)
                {
                    return rule;
                }
                elements++;
            }
            return reader.Read() ? RowRule.Type : RowRule.None;
        }
        catch (JsonException)
        {
            return RowRule.Type;
        }
    }

    private RowRule WriteElement(
        ref Utf8JsonReader reader, ReadOnlySpan<byte> text, CopyBuffer page, ref bool hasNull)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            hasNull = true;
            page.WriteNull();
            return RowRule.None;
        }
        if (element.Kind == ColumnKind.Jsonb)
        {
            var at = (int)reader.TokenStartIndex;
            reader.Skip();
            return WriteElement(_element, text[at..(int)reader.BytesConsumed], page);
        }
        if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
        {
            return RowRule.Type;
        }
        if (!reader.ValueIsEscaped)
        {
            var isText = reader.TokenType == JsonTokenType.String;
            return WriteElement(isText ? _element : _number, reader.ValueSpan, page);
        }
        Grow(reader.ValueSpan.Length);
        try
        {
            return WriteElement(_element, _scratch.AsSpan(0, reader.CopyString(_scratch)), page);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return RowRule.Encoding;
        }
    }

    private RowRule WriteLiteral(ReadOnlySpan<byte> text, CopyBuffer page, ref int elements, ref bool hasNull)
    {
        Grow(text.Length);
        var literal = new ArrayLiteral(text, _scratch);
        while (literal.TryRead(out var value, out var isNull))
        {
            hasNull |= isNull;
            var rule = RowRule.None;
            if (isNull)
            {
                page.WriteNull();
            }
            else
            {
                rule = WriteElement(_element, value, page);
            }
            if (rule != RowRule.None)
            {
                return rule;
            }
            elements++;
        }
        return literal.IsWhole ? RowRule.None : RowRule.Type;
    }

    // What numbers unfold to counts for the value, and not for each element.
    private RowRule WriteElement(FieldType field, ReadOnlySpan<byte> text, CopyBuffer page)
    {
        if (element.Kind == ColumnKind.Jsonb)
        {
            return JsonbField.Write(text, page, ref _unfolded);
        }
        if (element is { Kind: ColumnKind.Numeric, Precision: 0 } && text.ContainsAny("eE"u8)
            && NumericText.Parse(text, field == _number ? (byte)'.' : format.Decimal, out var number) == RowRule.None)
        {
            _unfolded += number.Unfolded;
        }
        return _unfolded > JsonbField.MostUnfolded ? RowRule.Range : field.Write(text, page);
    }

    private void Grow(int length) => _scratch = _scratch.Length < length ? new byte[2 * length] : _scratch;
}
