using System.Globalization;

namespace Greenery.SampleData;

/// <summary>Which campaign runs when: one at a time, four days each, one theme after the other.</summary>
internal sealed class CampaignCalendar(ShopClock clock)
{
    private const int RunDays = 4;

    // So that the opening drop is the last day of a run: a demo of a few days sees one end and the next begin.
    private const int FirstRunBegins = -ShopClock.HistoryDays - 1;

    // The run that ends with the opening drop promises too much: a demo has something to find from its first scheduled
    // run.
    private const int DisappointingRun = -FirstRunBegins / RunDays;

    // The morning of most customers.
    private const int HourOfSending = 13;

    private static readonly CampaignTheme[] Themes =
    [
        new("Fern week", "fern-week", "Ferns that forgive: $6 off all week", "Boston fern", "fern week", 33),
        new("Cosy corners", "cosy-corners", "Plants for your darkest corner", "Snake plant", "Cosy Corners", 28),
        new("Big-leaf days", "big-leaf-days", "Big leaves, \"Big-Leaf\" prices: $15 off", "Monstera", "Big-Leaf", 36),
        new("In flower", "in-flower", "Something is in flower", "Moth orchid", "In Flower", 30),
    ];

    /// <summary>The campaign that runs on a day, counted from the opening drop.</summary>
    public Campaign RunningOn(int day) => Run((day - FirstRunBegins) / RunDays);

    /// <summary>The campaigns that have begun at the end of a day, in the order of their numbers.</summary>
    public IEnumerable<Campaign> BegunBy(int day) => Enumerable.Range(0, RunningOn(day).Number + 1).Select(Run);

    private Campaign Run(int number)
    {
        var firstDay = FirstRunBegins + (number * RunDays);
        var date = clock.DateOf(firstDay);
        var theme = Themes[number % Themes.Length];
        var disappoints = number == DisappointingRun;
        return new Campaign(
            number,
            string.Create(CultureInfo.InvariantCulture, $"{theme.Name}, {date:d MMMM yyyy}"),
            disappoints ? "Your free orchid is waiting" : theme.Subject,
            string.Create(CultureInfo.InvariantCulture, $"{theme.Slug}-{date:yyyyMMdd}"),
            firstDay,
            clock.StartOf(firstDay) + (HourOfSending * ShopClock.Hour),
            PlantCatalogue.NumberOf(theme.Plant),
            PromoList.NumberOf(theme.Promo),
            disappoints ? 66 : theme.OpenPercent,
            disappoints);
    }
}

/// <summary>What campaigns are about; each theme comes again and again.</summary>
/// <param name="Name">For people.</param>
/// <param name="Slug">For links.</param>
/// <param name="Subject">The mail's subject line.</param>
/// <param name="Plant">The plant its links lead to.</param>
/// <param name="Promo">The code of the promotion it advertises.</param>
/// <param name="OpenPercent">How many of 100 recipients open the mail.</param>
internal sealed record CampaignTheme(
    string Name, string Slug, string Subject, string Plant, string Promo, int OpenPercent);
