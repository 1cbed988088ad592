using CsCheck;
using Platform.Api.Validation;

namespace Platform.Api.Tests.Validation;

[Trait("Control", "IN-1"), Trait("Control", "SC-4")]
public sealed class JsonGuardPropertyTests
{
    private static readonly JsonLimits Small = new()
    {
        MaxDepth = 4,
        MaxProperties = 3,
        MaxStringLength = 4,
        MaxItems = 3,
        MaxNodes = 12,
        MaxNumberLength = 6,
        MaxBatch = 2,
    };

    private static readonly Gen<string> Text = OneOfThese(
        "", "a", "b", "A", @"\u0061", @"\u0041", "abcd", "abcde", "é", "ééééé", "😀😀", "😀😀a", @"\ud83d\ude00\ud83d\ude00",
        @"\ud83d\ude00\ud83d\ude00a", @"\ud800", @"\udc00\ud800", @"\n\n\n\n", @"\n\n\n\n\n", @"\\ud8", @"\/", @"\q", "\n", "\0")
        .Select(text => $"\"{text}\"");

    private static readonly Gen<string> Scalar = Gen.OneOf(
        Text,
        OneOfThese("1", "-0", "1.5", "1e4", "1e400", "-1e400", "123456", "1234567", "01", "1e-999", "true", "null", "nul", "NaN"));

    private static readonly Gen<string> Value = Gen.Recursive<string>((depth, value) => depth > 5
        ? Scalar
        : Gen.Frequency(
            (4, Scalar),
            (3, value.Array[0, 4].Select(items => $"[{string.Join(',', items)}]")),
            (3, ObjectOf(value))));

    private static readonly Gen<byte[]> Shaped = ObjectOf(Value).Select(JsonBodies.Utf8);

    private static readonly JsonLimits Roomy = Small with { MaxNodes = 1_000, MaxBatch = 10 };

    private static readonly Gen<byte[]> Batches = Gen.OneOf(ObjectOf(Value), ObjectOf(Value), ObjectOf(Value), Value)
        .Array[0, 3].Select(messages => JsonBodies.Utf8($"[{string.Join(", ", messages)}]"));

    private static readonly Gen<JsonLimits> Lowered = Gen.Select(Gen.Int[1, 5], Gen.Int[1, 4], Gen.Int[1, 5], Gen.Int[1, 4], Gen.Int[1, 14], Gen.Int[1, 7], Gen.Int[1, 3])
        .Select(limits => new JsonLimits
        {
            MaxDepth = limits.Item1,
            MaxProperties = limits.Item2,
            MaxStringLength = limits.Item3,
            MaxItems = limits.Item4,
            MaxNodes = limits.Item5,
            MaxNumberLength = limits.Item6,
            MaxBatch = limits.Item7,
        });

    private static readonly Gen<byte[]> Soup = OneOfThese(
            "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"a\":", "1", "true", " ", "\\", "//", "{\"a\":1}", "\uFEFF", "\0")
        .Array[0, 12]
        .Select(parts => JsonBodies.Utf8(string.Concat(parts)));

    private static readonly Gen<byte[]> Damaged = Gen.Select(Shaped, Gen.Int[0, 10_000], Gen.Byte)
        .Select((body, at, value) => Replace(body, at, value));

    [Fact]
    public void The_guard_accepts_exactly_what_a_slow_reference_accepts() =>
        Gen.OneOf(Shaped, Soup, Damaged).Sample(
            body => JsonGuard.Check(body, Small).Accepted == SlowGuard.Accepts(body, Small), iter: 50_000);

    [Fact]
    public void With_batches_allowed_it_accepts_exactly_what_the_reference_accepts() =>
        Gen.OneOf(Batches, Batches, Soup, Shaped, Gen.Select(Batches, Gen.Int[0, 10_000], Gen.Byte).Select((body, at, value) => Replace(body, at, value))).Sample(
            body => JsonGuard.Check(body, Small, allowBatch: true).Accepted == SlowGuard.Accepts(body, Small, allowBatch: true), iter: 50_000);

    [Fact]
    public void A_batch_is_accepted_exactly_when_each_of_its_messages_is() =>
        Shaped.Array[1, 4].Sample(
            messages => JsonGuard.Check(BatchOf(messages), Roomy, allowBatch: true).Accepted == Array.TrueForAll(messages, message => JsonGuard.Check(message, Roomy).Accepted),
            iter: 20_000);

    [Fact]
    public void Whatever_a_tenant_lowers_the_reference_and_the_guard_agree() =>
        Gen.Select(Lowered, Gen.OneOf(Shaped, Batches)).Sample(
            (asked, body) => JsonGuard.Check(body, Small.Tighten(asked), allowBatch: true).Accepted == SlowGuard.Accepts(body, Small.Tighten(asked), allowBatch: true),
            iter: 50_000);

    [Fact]
    public void A_lowered_limit_never_lets_more_in() =>
        Gen.Select(Lowered, Gen.OneOf(Shaped, Batches)).Sample(
            (asked, body) => !JsonGuard.Check(body, Small.Tighten(asked), allowBatch: true).Accepted || JsonGuard.Check(body, Small, allowBatch: true).Accepted,
            iter: 20_000);

    [Fact]
    public void The_generator_makes_bodies_of_both_kinds()
    {
        var accepted = 0;
        Shaped.Sample(body => Interlocked.Add(ref accepted, SlowGuard.Accepts(body, Small) ? 1 : 0), iter: 5_000, threads: 1);

        Assert.InRange(accepted, 250, 4_750);
    }

    private static Gen<string> OneOfThese(params string[] choices) => Gen.Int[0, choices.Length - 1].Select(i => choices[i]);

    private static Gen<string> ObjectOf(Gen<string> value) =>
        Gen.Select(Text, value, (name, content) => $"{name}:{content}").Array[0, 4]
            .Select(properties => $"{{{string.Join(',', properties)}}}");

    private static byte[] BatchOf(byte[][] messages) =>
        [.. "["u8, .. messages.SelectMany((message, at) => at == 0 ? message : [(byte)',', .. message]), .. "]"u8];

    private static byte[] Replace(byte[] body, int at, byte value)
    {
        body[at % body.Length] = value;
        return body;
    }
}
