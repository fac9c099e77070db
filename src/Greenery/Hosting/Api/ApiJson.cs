using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace Greenery.Hosting.Api;

/// <summary>
/// The JSON of all answers, whatever the host's own options: the same words as the command line's <c>--json</c>.
/// </summary>
internal static class ApiJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static IResult Of<T>(
        T body, int status = StatusCodes.Status200OK, string contentType = "application/json",
        string? location = null) =>
        new ProtectedResult(
            Results.Text(JsonSerializer.Serialize(body, Options) + "\n", contentType, statusCode: status), location);
}
