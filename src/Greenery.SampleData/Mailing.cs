namespace Greenery.SampleData;

/// <summary>
/// Sends the campaigns' mails to all users and knows who reads them and follows their links. What a user does with a
/// mail follows from the two alone, so nothing is kept but a counter a campaign.
/// </summary>
internal sealed class Mailing(SampleIds ids, ShopClock clock, Customers customers)
{
    private readonly EmailEventTable _events = new(ids);
    private readonly Dictionary<int, int> _recipients = [];

    /// <summary>How many mails of a campaign have arrived so far: all that were sent do.</summary>
    public int RecipientsOf(Campaign campaign) => _recipients.GetValueOrDefault(campaign.Number);

    /// <summary>A day's arrivals, and the mails opened that day and left at that.</summary>
    public void Run(int day, Drop drop, Campaign campaign)
    {
        // The first campaign was sent the day before the history begins.
        var start = day == -ShopClock.HistoryDays ? campaign.SentAt : clock.StartOf(day);
        var end = clock.EndOf(day);
        var file = drop.EmailEventsOf(day);
        // In the history an account may be opened some hours before it is counted.
        for (var user = 0; user < customers.CountAtEndOf(day + 1); user++)
        {
            var fate = OutcomeOf(campaign, user);
            if (fate.DeliveredAt >= start && fate.DeliveredAt < end)
            {
                _events.Write(file, campaign, user, EmailEventKind.Impression, fate.DeliveredAt);
                _recipients[campaign.Number] = RecipientsOf(campaign) + 1;
            }
            if (fate.OpenedAt >= start && fate.OpenedAt < end)
            {
                _events.Write(file, campaign, user, EmailEventKind.Open, fate.OpenedAt.Value);
            }
        }
    }

    /// <summary>
    /// Whether a visit begins with the campaign's link; if so, the mail is opened and its link clicked just before.
    /// </summary>
    public bool Leads(int day, Drop drop, Campaign campaign, in VisitMoment visit, SeededRandom dice)
    {
        const int LedPercent = 60;
        var clickedAt = visit.At - dice.Between(2, 20);
        var openedAt = clickedAt - dice.Between(5, 180);
        var isLed = dice.Chance(LedPercent);
        var fate = OutcomeOf(campaign, visit.User);
        if (!isLed || !fate.IsFollowed || openedAt <= fate.DeliveredAt || openedAt < clock.StartOf(day))
        {
            return false;
        }
        var file = drop.EmailEventsOf(day);
        _events.Write(file, campaign, visit.User, EmailEventKind.Open, openedAt);
        _events.Write(file, campaign, visit.User, EmailEventKind.Click, clickedAt);
        return true;
    }

    private EmailOutcome OutcomeOf(Campaign campaign, int user) => EmailOutcome.Draw(
        Math.Max(campaign.SentAt, customers.CreatedAt(user)),
        campaign.OpenPercent + Liking(customers.KindOf(user)),
        ids.RandomFor(IdKind.Mail, ((long)campaign.Number << 32) + user));

    // Percent more or less: who likes the shop reads its mail.
    private static int Liking(CustomerKind kind) => kind switch
    {
        CustomerKind.Regular => 4,
        CustomerKind.OneOff => -8,
        _ => -12,
    };
}
