using Greenery.Drops;

namespace Greenery.Tests.Drops;

public sealed class DropStoresTests
{
    [Fact]
    public void A_setting_names_a_folder_a_container_or_an_account()
    {
        const string account =
            "DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=c2VjcmV0;EndpointSuffix=core.windows.net";
        Assert.Equal(Path.GetFullPath("some folder"), DropStores.Open("some folder", null).Description);
        Assert.Equal("https://shop.blob.core.windows.net/in",
            DropStores.Open("https://shop.blob.core.windows.net/in", null).Description);
        Assert.Equal("https://shop.blob.core.windows.net/drops", DropStores.Open(account, null).Description);
        Assert.Equal("https://shop.blob.core.windows.net/in", DropStores.Open(account, "in").Description);
    }

    [Theory]
    [InlineData(" ", "is empty")]
    [InlineData("https://shop.blob.core.windows.net/", "names no container")]
    [InlineData("AccountName=shop;AccountKey=secret", "cannot be read as one")]
    public void Anything_else_is_a_fault_that_shows_no_secret(string setting, string message)
    {
        var fault = Assert.Throws<ConfigurationException>(() => DropStores.Open(setting, null));
        Assert.StartsWith("Greenery:Drops: ", fault.Message);
        Assert.Contains(message, fault.Message);
        Assert.DoesNotContain("secret", fault.Message);
    }
}
