/**
 * The JSON API, {@code /api/v1}: what the pages show and do, for programs.
 *
 * <p>Decides the shape of each answer; {@code openapi.yaml} beside it is the contract.
 *
 * <p>Reads reports and the views.
 *
 * <p>Writes nothing itself; what is posted becomes orders.
 *
 * <p>Any thread.
 *
 * <p>Not here: who may ask (facteur.admin), how records become JSON (facteur.admin.jackson).
 */
@NullMarked
package facteur.admin.api;

import org.jspecify.annotations.NullMarked;
