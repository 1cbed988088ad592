using System.Security.Cryptography;
using System.Text;
using Platform.Abstractions.Audit;

namespace Platform.Abstractions.Tests.Audit;

[Trait("Control", "AL-4")]
public sealed class AuditChainTests
{
    [Fact]
    public void The_chain_begins_with_32_zero_bytes() => Assert.Equal(new byte[32], AuditChain.Genesis.ToArray());

    [Fact]
    public void A_hash_is_sha256_of_zero_the_hash_before_and_the_record()
    {
        var record = Encoding.UTF8.GetBytes("""{"tenant":"aaaaaaaa"}""");
        var next = new byte[32];

        AuditChain.Next(AuditChain.Genesis, record, next);

        byte[] input = [0x00, .. new byte[32], .. record];
        Assert.Equal(SHA256.HashData(input), next);
    }

    [Fact]
    public void A_hash_may_be_written_over_the_one_before()
    {
        byte[] record = [1, 2, 3];
        var apart = new byte[32];
        var inPlace = SHA256.HashData([7]);
        AuditChain.Next(inPlace, record, apart);

        AuditChain.Next(inPlace, record, inPlace);

        Assert.Equal(apart, inPlace);
    }
}
