using Greenery.Drops;
using Greenery.Reports;

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
    [InlineData("https://bob7:s3cret@shop.blob.core.windows.net/in", "on shop.blob.core.windows.net with a user name")]
    [InlineData("https://s3cret@shop.blob.core.windows.net/in", "with a user name, a password or a signature")]
    [InlineData("https://bob7:s3cret@shop.blob.core.windows.net/", "with a user name, a password or a signature")]
    [InlineData("https://shop.blob.core.windows.net/in?sv=2026&sig=s3cret", "a password or a signature")]
    [InlineData("https://shop.blob.core.windows.net/in#s3cret", "a password or a signature")]
    [InlineData("ftp://bob7:s3cret@shop.example/in", "looks like a URL")]
    [InlineData("https://bob7:s3cret@shop example/in", "looks like a URL")]
    public void A_secret_in_an_address_is_refused_and_not_shown(string setting, string message)
    {
        foreach (var open in (Func<IDropStore>[])
            [() => DropStores.Open(setting, null), () => ReportStores.Open("drops", null, setting),
                () => ReportStores.Open(setting, null, null)])
        {
            var fault = Assert.Throws<ConfigurationException>(open);
            Assert.Contains(message, fault.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("s3cret", fault.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("bob7", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_password_in_the_endpoint_of_a_connection_string_is_not_shown() => Assert.Equal(
        "http://127.0.0.1/shop/drops",
        DropStores.Open(
            "AccountName=shop;AccountKey=c2VjcmV0;BlobEndpoint=http://bob7:s3cret@127.0.0.1/shop", null).Description);

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
