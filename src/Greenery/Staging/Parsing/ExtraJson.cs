using System.Buffers;
using System.Text.Json;
using Greenery.Staging.Types;

namespace Greenery.Staging.Parsing;

/// <summary>A row's values in columns the contract does not know, as one jsonb object.</summary>
internal sealed class ExtraJson : IDisposable
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly Utf8JsonWriter _json;
    private readonly JsonbField _type = new();
    private bool _isOpen;

    // Names and values were read from valid JSON, or are encoded by the writer.
    public ExtraJson() => _json = new Utf8JsonWriter(_bytes, new JsonWriterOptions { SkipValidation = true });

    public void Clear()
    {
        _bytes.ResetWrittenCount();
        _json.Reset();
        _isOpen = false;
    }

    /// <summary>A CSV field: text, or null when it is empty.</summary>
    public RowRule AddText(JsonEncodedText name, ReadOnlySpan<byte> text, bool isNull)
    {
        var rule = TextField.Check(text);
        if (rule != RowRule.None)
        {
            return rule;
        }
        Open();
        if (isNull)
        {
            _json.WriteNull(name);
        }
        else
        {
            _json.WriteString(name, text);
        }
        return RowRule.None;
    }

    /// <summary>A JSON value as written in the file.</summary>
    public void AddRaw(string name, ReadOnlySpan<byte> json)
    {
        Open();
        _json.WritePropertyName(name);
        _json.WriteRawValue(json, skipInputValidation: true);
    }

    /// <summary>Writes the object, or null when nothing was added.</summary>
    public RowRule Write(CopyBuffer page)
    {
        if (!_isOpen)
        {
            page.WriteNull();
            return RowRule.None;
        }
        _json.WriteEndObject();
        _json.Flush();
        return _type.Write(_bytes.WrittenSpan, page);
    }

    public void Dispose() => _json.Dispose();

    private void Open()
    {
        if (!_isOpen)
        {
            _json.WriteStartObject();
            _isOpen = true;
        }
    }
}
