using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Rendering;
using Greenery.Alerts.Routing;
using MimeKit;

namespace Greenery.Alerts.Channels;

/// <summary>
/// Messages as files: an .eml that any mail program opens, and a .json with the content and the card. Their name is the
/// message's date and id, so that a second copy replaces the first.
/// </summary>
internal sealed class FolderTransport(string folder) : ITransport
{
    public const string KindName = "folder";

    private const int LongestName = 80;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly MailboxAddress Sender = new("Greenery", "greenery@localhost");

    public string Kind => KindName;

    public async Task<Delivery> SendAsync(
        Message message, Destination destination, bool isTest, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, Name(message));
        try
        {
            Directory.CreateDirectory(folder);
            await WriteAsync(file + ".json", Encoding.UTF8.GetBytes(Json(message, destination)), cancellationToken);
            await WriteAsync(file + ".eml", Eml(message, destination.Address), cancellationToken);
            return new Delivery(DeliveryOutcome.Accepted, $"Written to {file}.eml and .json.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Delivery(
                DeliveryOutcome.Later, $"Cannot write into {folder} (Greenery:Alerts:Folder): {exception.Message}");
        }
    }

    // Who looks at the folder sees whole files only.
    private static async Task WriteAsync(string file, byte[] content, CancellationToken cancellationToken)
    {
        var unfinished = $"{file}.{Guid.NewGuid():n}.tmp";
        try
        {
            await File.WriteAllBytesAsync(unfinished, content, cancellationToken);
            File.Move(unfinished, file, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private static string Name(Message message) => string.Create(
        CultureInfo.InvariantCulture, $"{message.At.UtcDateTime:yyyy-MM-dd}-{FileName(message.Id)}");

    // An id that is no file name keeps what it can, and a hash keeps it apart from others that would look the same.
    private static string FileName(string id)
    {
        var name = string.Concat(
            id.Take(LongestName).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_'));
        return name == id ? name
            : $"{name}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..8]}";
    }

    private static byte[] Eml(Message message, string to)
    {
        using var mail = MimeMail.Of(message, Sender, MailAddresses.IsValid(to) && Ascii.IsValid(to)
            ? new MailboxAddress(null, to) : new GroupAddress("undisclosed-recipients"));
        using var content = new MemoryStream();
        mail.WriteTo(MimeMail.Format, content);
        return content.ToArray();
    }

    private static string Json(Message message, Destination destination) => new JsonObject
    {
        ["destination"] = JsonSerializer.SerializeToNode(destination),
        ["message"] = JsonSerializer.SerializeToNode(message),
        ["card"] = JsonNode.Parse(AdaptiveCard.Of(message)),
    }.ToJsonString(Indented);
}
