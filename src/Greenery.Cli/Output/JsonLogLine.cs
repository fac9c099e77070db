using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Greenery.Presentation;
using Greenery.Warehouse;
using Microsoft.Extensions.Logging;

namespace Greenery.Cli.Output;

/// <summary>
/// A log entry as one JSON object: <c>time</c> (UTC), <c>level</c>, <c>event</c>, <c>run</c>, <c>step</c>,
/// <c>message</c> and <c>properties</c>, always all of them. Values come masked from where the entry is made.
/// </summary>
internal static class JsonLogLine
{
    // What the entry's text is made from, which the framework keeps among its values.
    private const string Template = "{OriginalFormat}";
    private const string Run = "RunId";
    private const string Step = "Step";

    private static readonly JsonWriterOptions Options =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="time">When it was logged.</param>
    /// <param name="level">How serious it is.</param>
    /// <param name="id">The number that alerts look for; 0 for none.</param>
    /// <param name="message">For people.</param>
    /// <param name="state">What the message is made from, by name; anything else has no properties.</param>
    /// <param name="exception">Shown without the values that PostgreSQL quotes.</param>
    public static string Write(
        DateTimeOffset time, LogLevel level, EventId id, string message, object? state = null,
        Exception? exception = null)
    {
        var values = state as IReadOnlyList<KeyValuePair<string, object?>> ?? [];
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString(
                "time", time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("level", level.ToString().ToLowerInvariant());
            json.WriteNumber("event", id.Id);
            WriteValue(json, "run", values.FirstOrDefault(value => value.Key == Run).Value);
            WriteValue(json, "step", values.FirstOrDefault(value => value.Key == Step).Value);
            json.WriteString("message", TerminalText.Escape(message));
            WriteProperties(json, values, exception);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteProperties(
        Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>> values, Exception? exception)
    {
        json.WriteStartObject("properties");
        foreach (var (name, value) in values.Where(value => value.Key is not (Template or Run or Step))
            .DistinctBy(value => value.Key))
        {
            WriteValue(json, JsonNamingPolicy.SnakeCaseLower.ConvertName(name), value);
        }
        if (exception is not null)
        {
            json.WriteString("exception", TerminalText.Escape(ExceptionText.Trace(exception)));
        }
        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNull(name);
                break;
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case int or long or short or byte:
                json.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                json.WriteNumber(name, number);
                break;
            default:
                json.WriteString(
                    name, TerminalText.Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""));
                break;
        }
    }
}
