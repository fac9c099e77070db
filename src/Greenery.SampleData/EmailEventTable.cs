namespace Greenery.SampleData;

/// <summary>What happens to the campaigns' mails; a drop has the events of its day.</summary>
internal sealed class EmailEventTable(SampleIds ids)
{
    private static readonly string[] Kinds = ["impression", "open", "click"];

    private long _written;

    public static IReadOnlyList<string> Columns { get; } =
        ["email_event_id", "campaign_id", "user_id", "event_type", "occurred_at", "landing_page_url"];

    /// <param name="file">The drop.</param>
    /// <param name="campaign">Whose mail.</param>
    /// <param name="user">The recipient.</param>
    /// <param name="kind">What happened.</param>
    /// <param name="at">Seconds since 1970.</param>
    public void Write(RowFile file, Campaign campaign, int user, EmailEventKind kind, long at)
    {
        file.Uuid(ids.Uuid(IdKind.EmailEvent, _written++));
        file.Uuid(ids.Uuid(IdKind.Campaign, campaign.Number));
        file.Uuid(ids.Uuid(IdKind.User, user));
        file.Text(Kinds[(int)kind]);
        file.Time(at);
        if (kind == EmailEventKind.Click)
        {
            file.Url(EventTable.ProductPage, ids.Uuid(IdKind.Product, campaign.Product), EventTable.LinkOf(campaign));
        }
        else
        {
            file.Null();
        }
        file.EndRow();
    }
}
