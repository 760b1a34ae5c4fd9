using PaxosShard.Client.Core.Ordered;
using PaxosShard.Wire;

namespace PaxosShard.Client.Core.Groups;

/// <summary>What the clients of all groups have in common.</summary>
/// <param name="Effects">Where everything that is to be done goes.</param>
/// <param name="Random">Chance.</param>
/// <param name="Sessions">Where their sessions come from.</param>
/// <param name="Connections">Where the numbers of their connections come from.</param>
/// <param name="Ordered">The ordered sessions, which go over all groups.</param>
internal sealed record SharedParts(ClientEffects Effects, SeededRandom Random, SessionSource Sessions, ConnectionOwners Connections, OrderedLines Ordered);
