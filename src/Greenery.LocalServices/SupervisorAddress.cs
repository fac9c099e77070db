using System.Text.Json;

namespace Greenery.LocalServices;

/// <summary>Where a supervisor listens, as it writes it to services.json and to its first line of output.</summary>
internal sealed record SupervisorAddress(int Pid, int Port, string Token)
{
    /// <summary>Null when the text is not one.</summary>
    public static SupervisorAddress? Parse(string? text)
    {
        try
        {
            var address = JsonSerializer.Deserialize<SupervisorAddress>(text ?? "null", JsonSerializerOptions.Web);
            return address is { Port: > 0 and < 65536, Token: not null } ? address : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What services.json says; null when there is none.</summary>
    public static async Task<SupervisorAddress?> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return Parse(await File.ReadAllTextAsync(file, cancellationToken));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
