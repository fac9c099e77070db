using System.Globalization;
using Greenery.SampleData;

namespace Greenery.Benchmarks.Clusters;

/// <summary>
/// Drops of the sample shop: two months to begin with, and then day by day. All tables have some, campaigns and mails
/// too. A day has about a seventieth of the events of the two months.
/// </summary>
internal sealed class SampleDays
{
    /// <summary>The days to begin with.</summary>
    public const int OpeningDays = 60;

    /// <summary>The most days that can follow them.</summary>
    public const int MostDays = SampleOptions.MaxDays - OpeningDays;

    // The first of its drops has as many events as eight days: the shop was small in the month that it tells about.
    private const long EventsADay = 850;
    private const long UsualDays = OpeningDays + 7;

    /// <summary>How many events the smallest shop begins with.</summary>
    public const long LeastEvents = EventsADay * UsualDays;

    /// <summary>How many events the largest shop begins with.</summary>
    public const long MostEvents = LeastEvents * SampleOptions.MaxScale;

    private readonly string _shop;
    private readonly IReadOnlyList<SampleFile> _files;

    /// <summary>Writes the files; none is given yet.</summary>
    /// <param name="folder">Takes them. They need about 500 bytes an event.</param>
    /// <param name="events">About how many the opening days have.</param>
    /// <param name="days">How many days follow these.</param>
    public SampleDays(string folder, long events, int days)
    {
        var shop = new SampleOptions
        {
            Scale = (int)(events / LeastEvents), Days = OpeningDays + days, FirstDate = new DateOnly(2021, 1, 1),
            PlantBadRows = false,
        };
        _shop = Path.Combine(folder, "shop");
        _files = SampleShop.Write(_shop, shop, default).Files;
        Folder = Directory.CreateDirectory(Path.Combine(folder, "drops")).FullName;
        Date = shop.FirstDate.AddDays(-1);
    }

    /// <summary>Where the drops are that were given.</summary>
    public string Folder { get; }

    /// <summary>The newest business date that was given.</summary>
    public DateOnly Date { get; private set; }

    /// <summary>How many events were given so far.</summary>
    public long Events { get; private set; }

    /// <summary>Gives the drops of the next days.</summary>
    /// <returns>How many events they have.</returns>
    public long Give(int days)
    {
        var before = Events;
        for (var day = 0; day < days; day++)
        {
            Date = Date.AddDays(1);
            var name = Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            Directory.Move(Path.Combine(_shop, name), Path.Combine(Folder, name));
            Events += _files
                .Where(file => file.Table == "events" && file.Path.StartsWith(name, StringComparison.Ordinal))
                .Sum(file => file.Rows);
        }
        return Events - before;
    }
}
