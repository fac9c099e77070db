using System.Globalization;
using System.Text.Json;
using Greenery.Runs;
using Microsoft.AspNetCore.Http;

namespace Greenery.Hosting.Api;

/// <summary>
/// The body of <c>POST /api/runs</c>: nothing, or
/// <c>{"date": "2026-11-21", "reload": true, "full_refresh": true, "withdraw": true}</c>.
/// </summary>
internal static class RunBody
{
    /// <summary>More than any such body needs, in bytes.</summary>
    public const int MostBytes = 4096;

    /// <summary>The answer to a body that is larger.</summary>
    public static readonly ApiProblem TooLarge = new(
        StatusCodes.Status413PayloadTooLarge, "The request is too large.",
        $"The body has more than {MostBytes} bytes; expected a small object such as {{\"date\": \"2026-11-21\"}}.");

    /// <summary>Keys beyond this are a user's mistake.</summary>
    private const int LongestKey = 200;

    private static readonly string[] Known = ["date", "reload", "full_refresh", "withdraw"];

    /// <exception cref="ApiProblemException">It is none of that.</exception>
    public static async Task<RunRequest> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await BytesAsync(request, cancellationToken);
        if (body.Length > 0 && !request.HasJsonContentType())
        {
            throw new ApiProblemException(new ApiProblem(
                StatusCodes.Status415UnsupportedMediaType, "The request is not understood.",
                $"The body is '{request.ContentType ?? "of no declared type"}'; expected Content-Type: "
                    + $"application/json."));
        }
        var asked = body.Length == 0 ? new RunRequest() : Parse(body);
        return asked with { StartedBy = RunTrigger.Http, IdempotencyKey = Key(request) };
    }

    private static async Task<byte[]> BytesAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var bytes = new byte[MostBytes + 1];
        var length = await ReadAsync(request.Body, bytes, cancellationToken);
        return length <= MostBytes
            ? bytes[..length]
            : throw new ApiProblemException(TooLarge);
    }

    private static async Task<int> ReadAsync(Stream body, byte[] bytes, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        }
        catch (Exception exception) when (exception
            is not (BadHttpRequestException or OperationCanceledException or OutOfMemoryException))
        {
            // The web server has a type for most of what can be wrong with a body; a chunk of 2^64 bytes overflows it.
            throw new ApiProblemException(ApiProblem.Malformed(StatusCodes.Status400BadRequest));
        }
    }

    private static RunRequest Parse(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Read(document.RootElement)
                : throw Bad($"The body is {Kind(document.RootElement)}; expected an object such as {{\"date\": "
                + $"\"2026-11-21\"}}.");
        }
        catch (JsonException exception)
        {
            // What is no mistake of the grammar has no place.
            throw Bad(exception.LineNumber is { } line
                ? $"The body is no JSON (line {line + 1}, byte {exception.BytePositionInLine + 1}); expected an object "
                    + "such as {\"date\": \"2026-11-21\"}, or no body at all."
                : "The body has a member twice; expected each once, such as {\"date\": \"2026-11-21\"}, or no body at "
                    + "all.");
        }
        catch (InvalidOperationException)
        {
            // JSON may hold escapes, and bytes, of which no text can be made.
            throw Bad("The body has a text that is no Unicode; expected an object such as {\"date\": \"2026-11-21\"}.");
        }
    }

    private static RunRequest Read(JsonElement body)
    {
        foreach (var unknown in body.EnumerateObject().Select(member => member.Name)
            .Where(name => !Known.Contains(name)))
        {
            var shown = unknown.Length > 50 ? unknown[..50] + "..." : unknown;
            throw Bad($"'{shown}' is no member of the body; expected {string.Join(", ", Known)}."
                + $"{Suggestion.Sentence(shown, Known)}");
        }
        var request = new RunRequest
        {
            Date = Date(body),
            IsReload = Flag(body, "reload"),
            IsFullRefresh = Flag(body, "full_refresh"),
            MayWithdraw = Flag(body, "withdraw"),
        };
        return request is { IsReload: true, Date: null }
            ? throw Bad("\"reload\" needs \"date\": which day's drops are to be loaded again?")
            : request;
    }

    private static DateOnly? Date(JsonElement body)
    {
        if (!body.TryGetProperty("date", out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()!
            : throw Bad($"\"date\" is {Kind(value)}; expected a text such as \"2026-11-21\".");
        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None,
            out var date)
            ? date
            : throw Bad($"'{(text.Length > 50 ? text[..50] + "..." : text)}' is no date; expected one that exists, "
            + $"as yyyy-MM-dd (2026-11-21).");
    }

    private static bool Flag(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False or JsonValueKind.Null => false,
        _ => throw Bad($"\"{name}\" is {Kind(value)}; expected true or false."),
    };

    private static string? Key(HttpRequest request)
    {
        if (!request.Headers.TryGetValue("Idempotency-Key", out var values))
        {
            return null;
        }
        var key = values.ToString().Trim();
        return key.Length is > 0 and <= LongestKey
            ? key
            : throw Bad($"The header Idempotency-Key has {key.Length} characters; expected 1 to {LongestKey}, such "
            + $"as a UUID.");
    }

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    private static ApiProblemException Bad(string detail) => new(ApiProblem.BadRequest(detail));
}
