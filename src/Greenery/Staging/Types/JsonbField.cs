using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;

namespace Greenery.Staging.Types;

/// <summary>
/// <c>jsonb</c>: valid JSON, at most 64 deep, without what PostgreSQL's jsonb refuses although it is JSON: the
/// character 0, halves of surrogate pairs, numbers beyond numeric, and numbers that are short only with an exponent.
/// </summary>
internal sealed class JsonbField : FieldType
{
    private const byte Version = 1;

    /// <summary>Of one value: more breaks pg_dump, as PostgreSQL writes 1e131071 with all its zeros.</summary>
    public const long MostUnfolded = 100 * 1024;

    public override string Expected =>
        "JSON that jsonb can hold (no character 0, no lone surrogate, at most 64 deep, "
        + "numbers of at most 100 KB in plain digits)";

    public override bool IsVariable => true;

    public override RowRule Write(ReadOnlySpan<byte> text, CopyBuffer page)
    {
        long unfolded = 0;
        return Write(text, page, ref unfolded);
    }

    /// <summary>As <see cref="Write(ReadOnlySpan{byte}, CopyBuffer)"/>, as a part of a value.</summary>
    /// <param name="text">The JSON.</param>
    /// <param name="page">Takes it.</param>
    /// <param name="unfolded">Bytes that the numbers of the value's parts unfold to, so far.</param>
    public static RowRule Write(ReadOnlySpan<byte> text, CopyBuffer page, ref long unfolded)
    {
        var rule = Check(text, ref unfolded);
        if (rule != RowRule.None)
        {
            return rule;
        }
        var target = page.Reserve(5 + text.Length);
        BinaryPrimitives.WriteInt32BigEndian(target, 1 + text.Length);
        target[4] = Version;
        text.CopyTo(target[5..]);
        page.Advance(5 + text.Length);
        return RowRule.None;
    }

    /// <summary>Whether PostgreSQL's jsonb can hold the text.</summary>
    public static RowRule Check(ReadOnlySpan<byte> json)
    {
        long unfolded = 0;
        return Check(json, ref unfolded);
    }

    private static RowRule Check(ReadOnlySpan<byte> json, ref long unfolded)
    {
        if (!Utf8.IsValid(json))
        {
            return RowRule.Encoding;
        }
        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
            {
                var rule = CheckToken(ref reader, ref unfolded);
                if (rule != RowRule.None)
                {
                    return rule;
                }
            }
            return RowRule.None;
        }
        catch (JsonException)
        {
            return RowRule.Type;
        }
    }

    private static RowRule CheckToken(ref Utf8JsonReader reader, ref long unfolded)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            var rule = NumericText.Parse(reader.ValueSpan, out var number);
            unfolded += rule == RowRule.None ? number.Unfolded : 0;
            return rule == RowRule.None && (unfolded > MostUnfolded || !NumericField.IsStorable(number))
                ? RowRule.Range
                : rule;
        }
        var isText = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName;
        return isText && reader.ValueIsEscaped ? CheckEscapes(ref reader) : RowRule.None;
    }

    private static RowRule CheckEscapes(ref Utf8JsonReader reader)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            var length = reader.CopyString(buffer);
            return buffer.AsSpan(0, length).Contains((byte)0) ? RowRule.Nul : RowRule.None;
        }
        catch (InvalidOperationException)
        {
            return RowRule.Encoding;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
