using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;

namespace Greenery.Cli.Output;

/// <summary>
/// The settings with which an Azure Functions host on this machine runs on the local services, in the form of the Core
/// Tools' local.settings.json.
/// </summary>
/// <param name="Warehouse">Npgsql connection string of the local PostgreSQL.</param>
/// <param name="Drops">Connection string of the local blobs.</param>
/// <param name="HostStorage">Connection string with blobs, queues and tables, for the host itself.</param>
internal sealed record FunctionsSettings(string Warehouse, string Drops, string HostStorage)
{
    /// <summary>What a file that is not there begins with, when it lies in the same folder.</summary>
    public const string Sample = "local.settings.sample.json";

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        // A base64 key has plus signs, which a user compares and copies.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>By name. All that is secret in them is a key or password of a service of this machine.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; } = new Dictionary<string, string>
    {
        ["AzureWebJobsStorage"] = HostStorage,
        ["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated",
        ["Greenery__Warehouse"] = Warehouse,
        ["Greenery__Drops"] = Drops,
    };

    /// <summary>The command that opens the database in psql.</summary>
    public string PsqlCommand
    {
        get
        {
            var at = new NpgsqlConnectionStringBuilder(Warehouse);
            return $"psql \"host={at.Host} port={at.Port} dbname={at.Database} user={at.Username} "
                + $"password={at.Password}\"";
        }
    }

    /// <summary>The file with these settings and no other.</summary>
    public string Describe() => Merge(new JsonObject());

    /// <summary>
    /// Writes them into a local.settings.json. Others that are there stay; a file that is not there begins as
    /// <see cref="Sample"/> beside it.
    /// </summary>
    /// <exception cref="ConfigurationException">
    /// The file or the sample is no JSON object, is encrypted, or cannot be read or written.
    /// </exception>
    public async Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        var file = Path.GetFullPath(path);
        var sample = Path.Combine(Path.GetDirectoryName(file)!, Sample);
        try
        {
            var origin = File.Exists(file) ? file : File.Exists(sample) ? sample : null;
            var text = origin is null ? "{}" : await File.ReadAllTextAsync(origin, cancellationToken);
            // Beside it first: a host that starts meanwhile reads the old file or the new one.
            var merged = Merge(Parse(origin ?? file, text));
            await using (var writer = new StreamWriter(file + ".new", ForUser()))
            {
                await writer.WriteAsync(merged.AsMemory(), cancellationToken);
            }
            File.Move(file + ".new", file, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ConfigurationException(
                $"--settings {path}", $"cannot be read or written: {exception.Message} Name a file in a folder that is "
                + "there and that you may write to.");
        }
    }

    private string Merge(JsonObject file)
    {
        file["IsEncrypted"] ??= JsonValue.Create(false);
        if (file["Values"] is not JsonObject values)
        {
            values = new JsonObject();
            file["Values"] = values;
        }
        foreach (var (name, value) in Variables)
        {
            values[name] = value;
        }
        return file.ToJsonString(Readable) + "\n";
    }

    private static FileStreamOptions ForUser()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        return options;
    }

    private static JsonObject Parse(string file, string text)
    {
        try
        {
            var parsed = JsonNode.Parse(text, documentOptions: new() { CommentHandling = JsonCommentHandling.Skip })
                as JsonObject ?? throw new JsonException("It is no object.");
            return parsed["IsEncrypted"]?.GetValueKind() != JsonValueKind.True ? parsed
                : throw new ConfigurationException(file,
                    "is encrypted; expected values in clear. Run 'func settings decrypt', or name another file.");
        }
        catch (JsonException exception)
        {
            throw new ConfigurationException(
                file, $"is no JSON object ({exception.Message}); expected {{\"Values\": {{...}}}}. Correct it, or "
                + "remove it: it is then written anew.");
        }
    }
}
