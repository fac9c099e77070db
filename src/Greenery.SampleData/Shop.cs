namespace Greenery.SampleData;

/// <summary>The sample shop as it lives through the days. Days must be lived in order, history first.</summary>
internal sealed class Shop
{
    private readonly Visits _visits;

    public Shop(SampleOptions options)
    {
        Options = options;
        Ids = new SampleIds(options.Seed);
        Clock = new ShopClock(options.FirstDate);
        Campaigns = new CampaignCalendar(Clock);
        Customers = new Customers(options, Ids, Clock);
        Mailing = new Mailing(Ids, Clock, Customers);
        Shelf = new Inventory(options, Ids);
        Events = new EventTable(Ids);
        Orders = new OpenOrders(Ids, Clock, Events);
        _visits = new Visits(this);
    }

    public SampleOptions Options { get; }

    public SampleIds Ids { get; }

    public ShopClock Clock { get; }

    public CampaignCalendar Campaigns { get; }

    public Customers Customers { get; }

    public Mailing Mailing { get; }

    public Inventory Shelf { get; }

    public EventTable Events { get; }

    public OpenOrders Orders { get; }

    /// <summary>One day, from the morning's new prices to the run's export of what is written whole.</summary>
    public void Live(int day, Drop drop)
    {
        var dice = Ids.RandomFor(IdKind.Chance, day);
        if (day > 0)
        {
            Shelf.ChangePrices(day);
            Customers.ChangePhones(day, dice);
        }
        Mailing.Run(day, drop, Campaigns.RunningOn(day));
        _visits.Run(day, drop, dice);
        Orders.Advance(day, drop);
        if (day == drop.Day)
        {
            UserTable.Write(drop.Users, Ids, Clock, Customers, day);
            AddressTable.Write(drop.Addresses, Ids, Customers.CountAtEndOf(day));
            ProductTable.Write(drop.Products, Ids, Shelf);
            PromoTable.Write(drop.Promos, Campaigns.RunningOn(day));
            CampaignTable.Write(drop.Campaigns, Ids, Campaigns.BegunBy(day), Mailing);
        }
    }
}
