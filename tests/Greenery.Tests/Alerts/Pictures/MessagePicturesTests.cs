using System.Text.Json.Nodes;
using Greenery.Alerts.Rendering;
using Greenery.Tests.Alerts.Rendering;
using Greenery.Tests.Docs;

namespace Greenery.Tests.Alerts.Pictures;

/// <summary>
/// docs/messages shows the mails and cards as they are now. <c>GREENERY_WRITE_GOLDEN=1</c> renders those that are not,
/// by Chromium: then look at them.
/// </summary>
public sealed class MessagePicturesTests
{
    public static TheoryData<string> Mails => [.. PictureMessages.Names];

    public static TheoryData<string> Cards => [.. CardNames];

    private static readonly string[] CardNames = ["held-back", "digest"];

    [Theory]
    [MemberData(nameof(Mails))]
    public async Task A_mail_is_as_in_its_picture(string name)
    {
        var html = HtmlMail.Of(PictureMessages.Named(name));
        GoldenFile.Matches($"{name}-mail.html", html);
        await VerifyAsync(name, html);
    }

    [Theory]
    [MemberData(nameof(Cards))]
    public async Task An_adaptive_card_is_as_in_its_picture(string name)
    {
        var payload = JsonNode.Parse(AdaptiveCard.Of(PictureMessages.Named(name)))!;
        await VerifyAsync($"{name}-card", CardPage.Of(payload["attachments"]![0]!["content"]!));
    }

    [Fact]
    public void Each_picture_is_shown_in_the_docs_and_no_other_is_there()
    {
        var names = PictureMessages.Names.Concat(CardNames.Select(card => $"{card}-card"))
            .Order(StringComparer.Ordinal).ToList();

        Assert.Equal(names, PictureManifest.Read().Keys);
        Assert.Equal(names, Directory.GetFiles(PictureManifest.Folder, "*.png")
            .Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal));
        Assert.All(names, name => Assert.Contains($"messages/{name}.png", new MarkdownPage("docs/alerts.md").Links));
    }

    private static async Task VerifyAsync(string name, string html)
    {
        var hash = PictureManifest.HashOf(html);
        if (Environment.GetEnvironmentVariable("GREENERY_WRITE_GOLDEN") == "1"
            && (!File.Exists(PictureManifest.PathOf(name)) || PictureManifest.Read().GetValueOrDefault(name) != hash))
        {
            await PictureRenderer.RenderAsync(html, PictureManifest.PathOf(name));
            PictureManifest.Write(name, hash);
        }
        Assert.True(PictureManifest.Read().GetValueOrDefault(name) == hash,
            $"docs/messages/{name}.png shows another message than is sent now. Run GREENERY_WRITE_GOLDEN=1 dotnet test "
                + "tests/Greenery.Tests --filter FullyQualifiedName~MessagePicturesTests where Chromium and npm are "
                + "installed, look at the picture, and commit it with manifest.json.");
        var picture = await File.ReadAllBytesAsync(PictureManifest.PathOf(name));
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], picture.Take(4));
        Assert.InRange(picture.Length, 1, PictureManifest.MostBytes);
    }
}
