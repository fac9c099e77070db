using System.Globalization;
using Greenery.Alerts.Incidents;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Routing;
using Greenery.Models;
using Greenery.Presentation;
using Greenery.Runs;

namespace Greenery.Alerts.Digests;

/// <summary>
/// What a person should look at: incidents that are theirs, rows in quarantine of tables that are theirs, and campaigns
/// whose page loses most of what the mail won.
/// </summary>
internal sealed class DigestNeeds(Project project, Router router, DigestData data)
{
    private const int CampaignsShown = 5;

    /// <summary>The worst first; files that were skipped are incidents too.</summary>
    public IReadOnlyList<MessageProblem> Of(DigestAudience interest) =>
    [
        .. data.Open.Where(state => Concerns(state, interest)).Select(Problem)
            .Concat(Quarantined(interest.Has)).Concat(Campaigns(interest))
            .OrderByDescending(problem => problem.Severity),
    ];

    /// <summary>How much is open that does not concern the person.</summary>
    public int OthersOpen(DigestAudience interest) => data.Open.Count(state => !Concerns(state, interest))
        + Quarantined(table => !interest.Has(table)).Count();

    private IEnumerable<MessageProblem> Quarantined(Func<string, bool> which) => data.Loads
        .Where(load => load.Quarantined > 0 && which(load.Table))
        .Select(load => new MessageProblem(
            $"staging.{load.Table}", MessageSeverity.Warning, router.OwnerOfTable(load.Table),
            $"{NumberFormat.Count(load.Quarantined, "row")} of {NumberFormat.Count(load.Rows)} "
            + $"{(load.Quarantined == 1 ? "is" : "are")} in quarantine and in no figure.",
            load.Quarantined, null, "new")
        {
            Why = "Rows that do not fit the contract are kept aside. 'greenery quarantine' shows them; a corrected "
                + "file of the same name brings them in.",
        });

    private IEnumerable<MessageProblem> Campaigns(DigestAudience interest) =>
        !interest.Has(project.Catalogue, ReportSection.Campaigns) ? []
        : data.Shop.Campaigns.Take(CampaignsShown).Select(campaign => new MessageProblem(
            $"campaign {campaign.Name}", MessageSeverity.Warning,
            router.OwnerOfModel(project.Catalogue.Shown(ReportSection.Campaigns)!.Name),
            $"{Share(campaign.OpenRate)} of {NumberFormat.Count(campaign.Impressions, "recipient")} opened the "
                + $"mail, and "
            + $"{Share(campaign.BounceRate)} of {NumberFormat.Count(campaign.Sessions, "visit")} to its page left "
            + $"at once; {Share(campaign.ConversionRate)} bought.",
            null, null, campaign.SentAt is { } sent
                ? string.Create(CultureInfo.InvariantCulture, $"sent "
                    + $"{router.Settings.Local.DateOf(sent):yyyy-MM-dd}") : "")
        {
            Why = "The mail draws more people than usual, and the page it leads to does not keep what it promises.",
        });

    private MessageProblem Problem(Incident state) => new(
        IncidentKeys.Describe(state.Subject, state.Kind, null),
        state.Level == IncidentSeverity.Warn ? MessageSeverity.Warning : MessageSeverity.Error,
        router.OwnerOf(state.Subject),
        state.Message,
        state.RowsFailing,
        null,
        $"open for {DurationText.Describe(data.Now - (state.OpenedAt ?? data.Now))}"
            + IncidentEventText.Since(state.OpenedAt ?? data.Now, data.Now, router.Settings.Local))
    {
        Why = router.Find(state.Subject)?.Description ?? "",
    };

    // The run, the SLA and the channels belong to no model: they concern every recipient that is notified of them. A
    // channel or a setting of which no recipient could be notified, because no other channel works, concerns all.
    private bool Concerns(Incident state, DigestAudience interest)
    {
        var recipients = router.Of(state.Subject);
        return interest.IsAll
            || (recipients.Count == 0 && state.Kind is IncidentKind.Channel or IncidentKind.Setting)
            || recipients.Any(recipient => recipient.Destination == interest.Recipient.Destination);
    }

    private static string Share(decimal? share) => share is { } known ? NumberFormat.Share(known) : "-";
}
