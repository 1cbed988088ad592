using System.Text;
using Platform.Grains.Webhooks;

namespace Platform.Grains.Tests.Webhooks;

[Trait("Control", "AL-6")]
public sealed class StandardWebhookTests
{
    private static readonly byte[] Secret = Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

    [Fact]
    public void A_signature_is_the_one_of_the_reference_libraries() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        StandardWebhook.Sign([Secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, """{"test": 2432232314}"""u8));

    [Fact]
    public void Two_secrets_give_two_signatures_separated_by_a_space()
    {
        var other = new byte[32];
        var both = StandardWebhook.Sign([Secret, other], "msg_1", 5, "{}"u8).Split(' ');

        Assert.Equal([StandardWebhook.Sign([Secret], "msg_1", 5, "{}"u8), StandardWebhook.Sign([other], "msg_1", 5, "{}"u8)], both);
    }

    [Theory]
    [InlineData("msg_2", 5, "{}")]
    [InlineData("msg_1", 6, "{}")]
    [InlineData("msg_1", 5, "{ }")]
    public void Id_time_and_body_are_all_signed(string id, long timestamp, string body) =>
        Assert.NotEqual(StandardWebhook.Sign([Secret], "msg_1", 5, "{}"u8), StandardWebhook.Sign([Secret], id, timestamp, Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void A_secret_is_told_in_Base64_after_its_mark() => Assert.Equal("whsec_" + "AQID", StandardWebhook.Serialize([1, 2, 3]));
}
