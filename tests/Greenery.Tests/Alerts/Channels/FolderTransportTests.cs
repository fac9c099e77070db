using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Greenery.Alerts.Channels;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Rendering;
using Greenery.Alerts.Routing;
using Greenery.Tests.Alerts.Rendering;
using Greenery.Tests.Support;
using MimeKit.Utils;

namespace Greenery.Tests.Alerts.Channels;

/// <summary>Messages as files, for those who work without mail and Teams.</summary>
public sealed partial class FolderTransportTests : IDisposable
{
    private readonly TestDataFolder _top = new();

    private string Folder => Path.Combine(_top.Path, "alerts");

    public void Dispose() => _top.Dispose();

    [Fact]
    public async Task A_message_is_a_mail_and_a_card()
    {
        var message = SampleMessages.Named("digest") with { Id = "0193a1b2" };

        var delivery = await SendAsync(message);

        Assert.Equal(["2026-11-24-0193a1b2.eml", "2026-11-24-0193a1b2.json"], Files());
        Assert.Equal(
            new Delivery(DeliveryOutcome.Accepted,
                $"Written to {Path.Combine(Folder, "2026-11-24-0193a1b2")}.eml and .json."), delivery);
        var json = JsonNode.Parse(Text("2026-11-24-0193a1b2.json"))!;
        Assert.Equal(message.Title, (string?)json["message"]!["Title"]);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(AdaptiveCard.Of(message)), json["card"]));
    }

    [Fact]
    public async Task The_mail_has_both_parts_and_only_lines_that_mail_allows()
    {
        var message = SampleMessages.Named("hostile") with { Title = "Ein Farn für 12 € 🌱: " + new string('ü', 100) };
        await SendAsync(message, "ana@shop.example");

        var mail = Text(Files()[0]);
        Assert.All(mail.Split("\r\n"), line =>
            Assert.True(line.Length <= 998 && line.All(c => c is '\t' or >= ' ' and < '\x7f'), line));
        var (headers, body) = Split(mail);
        Assert.Equal(TextSanitizer.Sanitize(message).Title, Decoded(headers["Subject"]));
        Assert.Equal(("ana@shop.example", "1.0", "Tue, 24 Nov 2026 05:12:00 +0000"),
            (headers["To"], headers["MIME-Version"], headers["Date"]));
        var boundary = Boundary().Match(headers["Content-Type"]).Groups[1].Value;
        var parts = body.Split($"--{boundary}");
        Assert.Equal("--\r\n", parts[^1]);
        Assert.Equal(
            [("text/plain; charset=utf-8", TextMail.Of(message)), ("text/html; charset=utf-8", HtmlMail.Of(message))],
            parts[1..^1].Select(Part));
    }

    [Fact]
    public async Task A_second_copy_replaces_the_first()
    {
        await SendAsync(SampleMessages.Named("failure"));
        await SendAsync(SampleMessages.Named("failure"));

        Assert.Equal(2, Files().Count);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("a/b\\c:d")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("x\r\nBcc: y@evil.example")]
    public async Task No_id_leads_out_of_the_folder_or_into_a_header(string id)
    {
        await SendAsync(SampleMessages.Named("failure") with { Id = id });

        Assert.Equal(2, Files().Count);
        Assert.Equal([Folder], Directory.GetFileSystemEntries(_top.Path)
            .Where(entry => !entry.EndsWith("owner.lock", StringComparison.Ordinal)));
        Assert.DoesNotContain("\nBcc:", Text(Files()[0]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ids_that_look_alike_have_files_of_their_own()
    {
        await SendAsync(SampleMessages.Named("failure") with { Id = "a/b" });
        await SendAsync(SampleMessages.Named("failure") with { Id = "a:b" });

        Assert.Equal(4, Files().Count);
    }

    [Theory]
    [InlineData("=?utf-8?B?QUFB?=")]
    [InlineData("Ein Farn für 12 €: =?utf-8?B?QUFB?= und noch viel mehr, das in keine einzelne Zeile passt 🌱🌱🌱")]
    public async Task A_title_cannot_be_taken_for_an_encoded_word(string title)
    {
        await SendAsync(SampleMessages.Named("failure") with { Title = title });

        Assert.Equal(title, Decoded(Split(Text(Files()[0])).Headers["Subject"]));
    }

    [Fact]
    public async Task A_channel_has_no_person()
    {
        await SendAsync(SampleMessages.Named("failure"));

        Assert.Equal("undisclosed-recipients: ;", Split(Text(Files()[0])).Headers["To"]);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_tried_again_later()
    {
        await File.WriteAllTextAsync(Folder, "a file");

        var delivery = await SendAsync(SampleMessages.Named("failure"));

        Assert.Equal(DeliveryOutcome.Later, delivery.Outcome);
        Assert.StartsWith($"Cannot write into {Folder} (Greenery:Alerts:Folder): ", delivery.Text,
            StringComparison.Ordinal);
    }

    private Task<Delivery> SendAsync(Message message, string address = "folder") =>
        new FolderTransport(Folder)
            .SendAsync(message, new Destination("folder", address), false, CancellationToken.None);

    private List<string> Files() =>
        [.. Directory.GetFileSystemEntries(Folder).Select(file => Path.GetFileName(file)!)
        .Order(StringComparer.Ordinal)];

    private string Text(string file) => File.ReadAllText(Path.Combine(Folder, file));

    private static (Dictionary<string, string> Headers, string Body) Split(string mail)
    {
        var end = mail.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var lines = Fold().Replace(mail[..end], " ")
            .Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        return (lines.Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1]),
            mail[(end + 4)..]);
    }

    private static (string Type, string Text) Part(string part)
    {
        var (headers, body) = Split(part);
        Assert.Equal("base64", headers["Content-Transfer-Encoding"]);
        Assert.All(body.Split("\r\n"), line => Assert.InRange(line.Length, 0, 76));
        return (headers["Content-Type"], Encoding.UTF8.GetString(Convert.FromBase64String(body)));
    }

    private static string Decoded(string header)
    {
        Assert.All(header.Split(' '), word => Assert.InRange(word.Length, 1, 75));
        return Rfc2047.DecodeText(Encoding.ASCII.GetBytes(header));
    }

    [GeneratedRegex(@"\r\n[ \t]")]
    private static partial Regex Fold();

    [GeneratedRegex("boundary=\"(.+)\"")]
    private static partial Regex Boundary();
}
