using System.Text;
using Platform.Abstractions.Audit;
using Platform.Grains.Audit;

namespace Platform.Grains.Tests.Audit;

[Trait("Control", "AL-3")]
public sealed class AuditHmacTests
{
    private static readonly byte[] Salt = new byte[32];

    [Fact]
    public void HMACs_are_put_where_they_belong_and_the_digests_are_gone()
    {
        var (one, two) = (HashedValue.DigestOf("one"), HashedValue.DigestOf("two"));
        var entry = Event("""{"a":"x/y","b":"","c":1}""", new HashedValue(8, one), new HashedValue(16, two));

        var filled = AuditHmac.Fill(entry, Salt);

        Assert.Equal($$"""{"a":"x/{{AuditHmac.Of(Salt, one)}}y","b":"{{AuditHmac.Of(Salt, two)}}","c":1}""", Encoding.UTF8.GetString(filled.Record));
        Assert.Empty(filled.Hashed);
    }

    [Fact]
    public void Without_a_salt_the_value_is_lost_and_the_event_is_not() =>
        Assert.Equal("""{"a":"x/[Redacted]"}""", Encoding.UTF8.GetString(AuditHmac.Fill(Event("""{"a":"x/"}""", new HashedValue(8, HashedValue.DigestOf("one"))), salt: null).Record));

    [Fact]
    public void An_event_without_such_values_stays_what_it_is()
    {
        var entry = Event("{}");

        Assert.Same(entry, AuditHmac.Fill(entry, Salt));
        Assert.False(AuditHmac.IsNeeded(new AuditBatch([entry]) { Intents = [entry] }));
    }

    [Fact]
    public void An_HMAC_has_one_form_and_depends_on_value_and_salt()
    {
        var hmac = AuditHmac.Of(Salt, HashedValue.DigestOf("value"));

        Assert.True(HashedValue.IsHmac(hmac));
        Assert.Equal(hmac, AuditHmac.Of(Salt, HashedValue.DigestOf("value")));
        Assert.NotEqual(hmac, AuditHmac.Of(Salt, HashedValue.DigestOf("Value")));
        Assert.NotEqual(hmac, AuditHmac.Of([1, .. Salt.AsSpan(1)], HashedValue.DigestOf("value")));
    }

    [Theory]
    [InlineData("hmac:short")]
    [InlineData("HMAC:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("hmac:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/")]
    public void Other_text_is_no_HMAC(string text) => Assert.False(HashedValue.IsHmac(text));

    [Fact]
    public void A_digest_does_not_print() => Assert.Equal("HashedValue at 1 [Redacted]", new HashedValue(1, HashedValue.DigestOf("hunter2")).ToString());

    private static AuditEvent Event(string record, params HashedValue[] hashed) => new(Guid.NewGuid(), DateTimeOffset.UnixEpoch, Encoding.UTF8.GetBytes(record)) { Hashed = hashed };
}
