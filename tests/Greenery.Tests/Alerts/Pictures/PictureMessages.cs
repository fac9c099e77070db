using Greenery.Alerts;
using Greenery.Alerts.Digests;
using Greenery.Alerts.Incidents;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Routing;
using Greenery.Checks;
using Greenery.Presentation;
using Greenery.Publishing;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Alerts.Pictures;

/// <summary>
/// The messages of the pictures in docs/messages: what the pipeline writes about runs of the shop, by the same code.
/// </summary>
internal static class PictureMessages
{
    private const string Marketing = "marketing@greenery.example";

    private const string Data = "data@greenery.example";

    private static readonly DateOnly Monday = new(2026, 11, 23);

    private static readonly DateTime Now = new(2026, 11, 24, 5, 12, 0, DateTimeKind.Utc);

    private static readonly Project Shop = Project.Read(Repository.SqlFolder);

    private static readonly Router Router = new(Shop, new AlertSettings
    {
        Channels = [new Channel("email", "email")],
        Owner = Data,
        Url = new Uri("https://greenery.example/"),
    });

    /// <summary>Names of the pictures, in the order of docs/alerts.md.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["published", "digest", "warning", "held-back", "infrastructure", "recovered"];

    public static Message Named(string name) => name switch
    {
        "published" => DigestOf(new PictureShop(Shop).Calm(RunOf(128, RunState.Published), Now)),
        "digest" => DigestOf(new PictureShop(Shop).Busy(RunOf(128, RunState.Published), Now)),
        "warning" => AlertOf(RunOf(128, RunState.Published, Odd(CheckStatus.Warn)), 128, Data),
        "held-back" => AlertOf(RunOf(128, RunState.ChecksFailed, Wrong, Odd(CheckStatus.Warn)), 127, Data),
        "infrastructure" => AlertOf(
            RunOf(128, RunState.Failed) with
            {
                Message = "db.greenery.example:5432/greenery cannot be used: the database system is shutting down "
                    + "(57P03). The server is starting or stopping; try again in a moment.",
            }, 127, Data),
        "recovered" => AlertOf(
            RunOf(129, RunState.Published, Right, Odd(CheckStatus.Pass)), 129, Data, Wrong, Odd(CheckStatus.Warn)),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "is no picture"),
    };

    private static Message DigestOf(DigestData data) => Fixed(new DigestMessage(Shop, Router, data).Write(
        DigestAudience.AllOf(Shop, Router).Single(audience => audience.Recipient.Destination.Address == Marketing)));

    /// <param name="run">The run that has ended.</param>
    /// <param name="seen">The run that readers see after it.</param>
    /// <param name="person">Whom the message is for.</param>
    /// <param name="before">What was open before, as an earlier run found it.</param>
    private static Message AlertOf(RunReport run, long seen, string person, params CheckLine[] before)
    {
        var ended = run.FinishedAt!.Value;
        var known = before.Select(check => Found(RunOf(run.RunId - 1, RunState.ChecksFailed, check), check.Id))
            .ToDictionary(state => state.Subject, StringComparer.Ordinal);
        var changes = RunObservations.Of(run).Select(observation => IncidentRules.Apply(
                known.GetValueOrDefault(observation.Subject), observation, ended, run.RunId).Change)
            .OfType<IncidentEvent>().ToList();
        var context = new NotificationContext(
            run, ended, new ReaderView(seen, Monday.AddDays((int)(seen - 128))));
        return Fixed(new MessageComposer(Router, context).Write("run", changes, [])
            .Single(draft => draft.Recipient.Destination.Address == person).Message);
    }

    private static Incident Found(RunReport run, string subject) => IncidentRules.Apply(
        null, RunObservations.Of(run).Single(one => one.Subject == subject), run.FinishedAt!.Value, run.RunId).State;

    // The id is drawn by chance.
    private static Message Fixed(Message message) => message with { Id = "0193588ab5c07d3e9f4a1b2c3d4e5f60" };

    private static RunReport RunOf(long id, RunState state, params CheckLine[] checks) => new()
    {
        RunId = id,
        State = state,
        BusinessDate = Monday.AddDays((int)(id - 128)),
        StartedBy = RunTrigger.Schedule,
        StartedAt = Now.AddDays(id - 128).AddMinutes(-12),
        FinishedAt = Now.AddDays(id - 128),
        Checks = checks,
    };

    private static CheckLine Wrong => Line("core.fact_orders.discount.accepted_range", CheckStatus.Fail, 8_413, 212,
        "accepted_range on core.fact_orders.discount: 212 of 8413 rows fail; found '-8.10' (140), '-3.50' (51), "
            + "'-12.00' (21); expected at least 0") with
    {
        FailingRows =
        [
            Row("0f1e2d3c-aaaa-4bbb-8ccc-1234567890ab", "-8.10", "09:12:44"),
            Row("3b9a7c55-10de-4f0a-9e61-5a2d8e7f6c11", "-8.10", "09:40:02"),
            Row("b1f0c2d4-0c7e-4b52-8a4e-5e6f7a8b9c0d", "-3.50", "10:03:19"),
        ],
    };

    private static string Row(string order, string discount, string time) =>
        $$"""{"order_id": "{{order}}", "discount": {{discount}}, "created_at": "2026-11-23T{{time}}"}""";

    private static CheckLine Right => Line("core.fact_orders.discount.accepted_range", CheckStatus.Pass, 8_590, 0,
        "accepted_range on core.fact_orders.discount: 0 of 8590 rows fail");

    private static CheckLine Odd(CheckStatus status)
    {
        var failing = status == CheckStatus.Pass ? 0 : 14;
        return Line("core.fact_orders.discount.not_null", status, 8_413, failing,
            $"not_null on core.fact_orders.discount: {failing} of 8413 rows fail");
    }

    private static CheckLine Line(string id, CheckStatus status, long lookedAt, long failing, string message)
    {
        var check = Shop.Checks.Single(check => check.Id == id);
        return new CheckLine(
            id, check.Model.Mart, check.Model.Name, check.Severity, status, lookedAt, failing, message);
    }
}
