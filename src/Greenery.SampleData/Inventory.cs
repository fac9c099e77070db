namespace Greenery.SampleData;

/// <summary>The shop's stock: which plants sell, at which price, and how many are left.</summary>
internal sealed class Inventory
{
    private readonly SampleIds _ids;
    private readonly int _scale;
    private readonly int[] _byRank;
    private readonly int[] _popularity;
    private readonly int[] _cents;
    private readonly int[] _stock;

    public Inventory(SampleOptions options, SampleIds ids)
    {
        var plants = PlantCatalogue.Plants;
        _ids = ids;
        _scale = options.Scale;
        _cents = [.. plants.Select(plant => plant.Cents)];
        _stock = [.. plants.Select(plant => plant.Stock * options.Scale)];
        _byRank = Shuffled(plants.Count, ids.RandomFor(IdKind.Inventory, 0));
        _popularity = Zipf(plants.Count);
    }

    /// <summary>The plant's price in cents on the current day.</summary>
    public int PriceOf(int product) => _cents[product];

    /// <summary>Units in stock, never negative.</summary>
    public int StockOf(int product) => _stock[product];

    /// <summary>A plant, the popular ones more often.</summary>
    public int Pick(SeededRandom dice)
    {
        var found = Array.BinarySearch(_popularity, dice.Next(_popularity[^1]) + 1);
        return _byRank[found < 0 ? ~found : found];
    }

    /// <summary>Takes units off the shelf; an empty place is filled again at once.</summary>
    public void Sell(int product, int quantity)
    {
        _stock[product] -= quantity;
        if (_stock[product] < 0)
        {
            _stock[product] += PlantCatalogue.Plants[product].Stock * _scale;
        }
    }

    /// <summary>In the morning two or three plants get a new price, up to a tenth from where they began.</summary>
    public void ChangePrices(int day)
    {
        const int Step = 5;
        var dice = _ids.RandomFor(IdKind.Inventory, day);
        for (var changes = dice.Between(2, 3); changes > 0; changes--)
        {
            var product = dice.Next(_cents.Length);
            _cents[product] = PlantCatalogue.Plants[product].Cents * dice.Between(90, 110) / 100 / Step * Step;
        }
    }

    private static int[] Shuffled(int count, SeededRandom dice)
    {
        int[] numbers = [.. Enumerable.Range(0, count)];
        for (var i = count - 1; i > 0; i--)
        {
            var other = dice.Next(i + 1);
            (numbers[i], numbers[other]) = (numbers[other], numbers[i]);
        }
        return numbers;
    }

    // Running sums of weights that fall as 1 / (rank + 2).
    private static int[] Zipf(int count)
    {
        var sums = new int[count];
        for (var rank = 0; rank < count; rank++)
        {
            sums[rank] = (rank == 0 ? 0 : sums[rank - 1]) + (100_000 / (rank + 3));
        }
        return sums;
    }
}
