using Greenery.Alerts.Routing;
using Microsoft.Extensions.Configuration;

namespace Greenery.Alerts.Channels;

/// <summary>The channels that the settings describe. Without a channel no notification is sent.</summary>
public sealed record AlertChannels
{
    /// <summary>The keys of <c>Greenery:Alerts</c> that are read here.</summary>
    public static IReadOnlyList<string> Keys { get; } = ["Email", "Smtp", "Teams", "Folder"];

    /// <summary>E-mail by SendGrid; null where there is none.</summary>
    public EmailChannel? Email { get; init; }

    /// <summary>E-mail by a mail server; null where there is none. Never beside <see cref="Email"/>.</summary>
    public SmtpChannel? Smtp { get; init; }

    public IReadOnlyList<TeamsChannel> Teams { get; init; } = [];

    /// <summary>
    /// Full path of the folder that takes .eml and .json files (<c>Greenery:Alerts:Folder</c>); null for none.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>All of them by name: <c>email</c>, the Teams channels, <c>folder</c>.</summary>
    public IReadOnlyList<Channel> All =>
    [
        .. Email is null && Smtp is null ? (Channel[])[] : [new Channel(Channel.Email, Channel.Email)],
        .. Teams.Select(teams => new Channel(teams.Name, TeamsTransport.KindName)),
        .. Folder is null ? (Channel[])[] : [new Channel(FolderTransport.KindName, FolderTransport.KindName)],
    ];

    /// <summary>Reads and verifies them.</summary>
    /// <exception cref="ConfigurationException">All that is wrong with them.</exception>
    public static AlertChannels Read(IConfiguration configuration)
    {
        var diagnostics = new List<Diagnostic>();
        var channels = Read(configuration, diagnostics);
        return diagnostics.Count == 0 ? channels : throw new ConfigurationException(diagnostics);
    }

    /// <summary>As the other, for who reads more settings and tells all faults at once.</summary>
    public static AlertChannels Read(IConfiguration configuration, ICollection<Diagnostic> diagnostics) =>
        new AlertChannelsReader(new ChannelSettings(configuration, diagnostics)).Read();
}
