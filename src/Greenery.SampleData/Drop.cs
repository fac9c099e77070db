using System.Globalization;

namespace Greenery.SampleData;

/// <summary>The files of one day. The formats differ on purpose: they show what the loader reads.</summary>
internal sealed class Drop : IDisposable
{
    private readonly List<RowFile> _files = [];
    private readonly string _folder;
    private readonly string _date;
    private readonly CancellationToken _cancellationToken;

    public Drop(string folder, DateOnly date, int day, CancellationToken cancellationToken)
    {
        _folder = folder;
        _date = date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        _cancellationToken = cancellationToken;
        Day = day;
        Users = Open("users.csv", UserTable.Columns);
        Addresses = Open("addresses.csv", AddressTable.Columns);
        Products = Open("products.json", ProductTable.Columns);
        Promos = Open("promos.csv", PromoTable.Columns);
        // As if the shop's system had learned to export its changes after the first scheduled run.
        Orders = Open(day == 0 ? "orders.csv" : "orders.ndjson", OrderTable.Columns);
        OrderItems = Open("order_items.csv.gz", OrderItemTable.Columns);
        Events = Open("events.csv", EventTable.Columns);
        PastEvents = day == 0 ? Open("events-history.csv.gz", EventTable.Columns) : Events;
        Campaigns = Open("campaigns.json", CampaignTable.Columns);
        EmailEvents = Open("email_events.ndjson.gz", EmailEventTable.Columns);
        PastEmailEvents = day == 0 ? Open("email_events-history.ndjson.gz", EmailEventTable.Columns) : EmailEvents;
    }

    /// <summary>Counted from the opening drop.</summary>
    public int Day { get; }

    public RowFile Users { get; }

    public RowFile Addresses { get; }

    public RowFile Products { get; }

    public RowFile Promos { get; }

    public RowFile Orders { get; }

    public RowFile OrderItems { get; }

    public RowFile Events { get; }

    public RowFile Campaigns { get; }

    public RowFile EmailEvents { get; }

    private RowFile PastEvents { get; }

    private RowFile PastEmailEvents { get; }

    /// <summary>Where the events of a day go: those before the opening drop have a part of their own in it.</summary>
    public RowFile EventsOf(int day) => day == Day ? Events : PastEvents;

    /// <summary>Where what happened to mails on a day goes; parted like the events.</summary>
    public RowFile EmailEventsOf(int day) => day == Day ? EmailEvents : PastEmailEvents;

    /// <summary>Ends all files and gives them their names.</summary>
    public IReadOnlyList<SampleFile> Complete() => [.. _files.Select(file => file.Complete())];

    /// <summary>The rows that were planted, after <see cref="Complete"/> all of them.</summary>
    public IReadOnlyList<InjectedError> Planted => [.. _files.SelectMany(file => file.Planted)];

    public void Dispose() => _files.ForEach(file => file.Dispose());

    private RowFile Open(string name, IReadOnlyList<string> columns)
    {
        var file = new RowFile(_folder, $"{_date}/{name}", columns, _cancellationToken);
        _files.Add(file);
        return file;
    }
}
