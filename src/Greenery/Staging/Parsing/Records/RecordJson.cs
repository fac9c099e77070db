using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Greenery.Staging.Parsing.Records;

/// <summary>
/// One row of a file whose values are no text, as the JSON object that is typed, and kept in quarantine, as a JSON
/// drop's is.
/// </summary>
internal sealed class RecordJson : IDisposable
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly Utf8JsonWriter _json;
    private byte[] _text = new byte[1024];
    private RecordJson? _keys;

    public RecordJson() => _json = new Utf8JsonWriter(_bytes, new JsonWriterOptions
    {
        // Kept for people to read, and never part of a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    });

    /// <summary>Takes a value that becomes a key.</summary>
    public RecordJson Keys => _keys ??= new RecordJson();

    /// <summary>Whether the row has no value yet.</summary>
    public bool IsBlank { get; private set; }

    /// <summary>Begins a row.</summary>
    public void Begin()
    {
        Clear();
        _json.WriteStartObject();
    }

    /// <summary>The whole object; valid until the next row begins.</summary>
    public ReadOnlySpan<byte> End()
    {
        _json.WriteEndObject();
        return Written();
    }

    /// <summary>Begins anew with no row: what comes next is a value.</summary>
    public void Clear()
    {
        _bytes.ResetWrittenCount();
        _json.Reset();
        IsBlank = true;
    }

    /// <summary>All that was written.</summary>
    public ReadOnlySpan<byte> Written()
    {
        _json.Flush();
        return _bytes.WrittenSpan;
    }

    /// <summary>The key of the value that comes next.</summary>
    public void Name(JsonEncodedText name) => _json.WritePropertyName(name);

    /// <summary>The key of the value that comes next, as it is in the file.</summary>
    public void Name(string name) => _json.WritePropertyName(name);

    public void BeginObject() => _json.WriteStartObject();

    public void EndObject()
    {
        IsBlank = false;
        _json.WriteEndObject();
    }

    public void BeginArray() => _json.WriteStartArray();

    public void EndArray()
    {
        IsBlank = false;
        _json.WriteEndArray();
    }

    public void Null() => _json.WriteNullValue();

    public void Boolean(bool value)
    {
        IsBlank = false;
        _json.WriteBooleanValue(value);
    }

    /// <summary>A number as JSON writes it.</summary>
    public void Number(string number)
    {
        IsBlank = false;
        _json.WriteRawValue(number, skipInputValidation: true);
    }

    /// <summary>A number as JSON writes it.</summary>
    public void Number(ReadOnlySpan<byte> number)
    {
        IsBlank = false;
        _json.WriteRawValue(number, skipInputValidation: true);
    }

    /// <summary>False when it has half of a surrogate pair, and so is no text; it is then shown with U+FFFD.</summary>
    public bool Text(string text)
    {
        IsBlank = false;
        var room = Encoding.UTF8.GetMaxByteCount(text.Length);
        _text = _text.Length < room ? new byte[room] : _text;
        var isText = Utf8.FromUtf16(text, _text, out _, out var length, replaceInvalidSequences: false)
            == OperationStatus.Done;
        if (!isText)
        {
            Utf8.FromUtf16(text, _text, out _, out length, replaceInvalidSequences: true);
        }
        _json.WriteStringValue(_text.AsSpan(0, length));
        return isText;
    }

    /// <summary>False when it is not UTF-8, and so is no text; it is then shown with U+FFFD.</summary>
    public bool Text(ReadOnlySpan<byte> text)
    {
        IsBlank = false;
        var isText = Utf8.IsValid(text);
        if (isText)
        {
            _json.WriteStringValue(text);
        }
        else
        {
            _json.WriteStringValue(Encoding.UTF8.GetString(text));
        }
        return isText;
    }

    /// <summary>Text that is a JSON value, as that value; false when it is none.</summary>
    public bool TryJson(ReadOnlySpan<byte> json)
    {
        if (!IsJson(json))
        {
            return false;
        }
        IsBlank = false;
        _json.WriteRawValue(json, skipInputValidation: true);
        return true;
    }

    /// <summary>
    /// What the file has in place of a value, as an object: no key can be read from it, also not by mistake.
    /// </summary>
    public void NoValue(string kind, string text)
    {
        IsBlank = false;
        _json.WriteStartObject();
        _json.WriteString(kind, text);
        _json.WriteEndObject();
    }

    public void Dispose()
    {
        _json.Dispose();
        _keys?.Dispose();
    }

    private static bool IsJson(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text);
        try
        {
            while (reader.Read())
            {
                // Only whether it can be read.
            }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
