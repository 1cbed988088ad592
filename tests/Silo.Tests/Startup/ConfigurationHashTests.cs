using Microsoft.Extensions.Configuration;
using Platform.Hosting.Startup;

namespace Platform.Silo.Tests.Startup;

/// <summary>Evidence names the settings by a hash that tells no secret (IR-3).</summary>
[Trait("Control", "IR-3")]
public sealed class ConfigurationHashTests
{
    [Fact]
    public void The_same_settings_have_the_same_hash_in_whichever_order_and_others_another()
    {
        var hash = Of(("Platform:Environment", "live"), ("Platform:Domain", "example.com"));

        Assert.Equal(hash, Of(("Platform:Domain", "example.com"), ("Platform:Environment", "live"), ("Elsewhere", "x")));
        Assert.NotEqual(hash, Of(("Platform:Domain", "example.com"), ("Platform:Environment", "test")));
    }

    [Theory]
    [InlineData("Platform:Tls:KeyPassword")]
    [InlineData("Platform:Cluster:ConnectionString")]
    [InlineData("Platform:Audit:Sinks:Otlp:Headers:Authorization")]
    public void What_is_secret_does_not_count(string key) => Assert.Equal(Of((key, "one")), Of((key, "another")));

    [Fact]
    public void It_can_be_computed_by_hand() =>
        Assert.Equal("4ee71ad2248b6ac4a77eee9638eb5ecff315e8d08329d792a83905c9dfd218b9", Of(("Platform:Domain", "example.com")));

    private static string Of(params (string Key, string Value)[] settings) =>
        ConfigurationHash.Of(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build());
}
