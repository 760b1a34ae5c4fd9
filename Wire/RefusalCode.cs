using PaxosShard.Wire.Messages;

namespace PaxosShard.Wire;

/// <summary>Why a connection is refused or ends: the code of a <see cref="ConnectionRefused"/>. Reaches wire, logs and documents (1004 is PX1004): append only.</summary>
public enum RefusalCode
{
    /// <summary>No code; never sent.</summary>
    None = 0,

    /// <summary>What arrived is not this protocol, or a frame of it is broken.</summary>
    NotThisProtocol = 1001,

    /// <summary>No version of the protocol is spoken by both sides.</summary>
    VersionMismatch = 1002,

    /// <summary>The other side belongs to another cluster or group, or means one.</summary>
    ClusterMismatch = 1003,

    /// <summary>The member lists differ, or the places in them do.</summary>
    MembersMismatch = 1004,

    /// <summary>The place was taken by another data directory or by a newer start of the same one, or this one has forgotten what it said.</summary>
    IdentityMismatch = 1005,

    /// <summary>The bound of connections is reached.</summary>
    TooManyConnections = 1006,

    /// <summary>The two replicas execute by different rules: their options or their programs differ.</summary>
    RulesMismatch = 1007,

    /// <summary>The sender of the refusal is itself an older copy of what the other side has met, and stops.</summary>
    OlderCopy = 1008,

    /// <summary>The receiver of the refusal is a newcomer that the sender's member list does not name yet: it calls again (rule 13).</summary>
    NotAMember = 1009,

    /// <summary>The receiver of the refusal was replaced: it is no member of the group any more, and stops for good (rule 13).</summary>
    Replaced = 1010,
}
