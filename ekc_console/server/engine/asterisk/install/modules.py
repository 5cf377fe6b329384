"""The Asterisk modules we load: an explicit list, in the order in which they are to be loaded.

A module that is not here is neither configured nor reachable, and the installer brings only the
libraries that these need.
"""

from __future__ import annotations

CODECS = ("codec_alaw", "codec_ulaw", "codec_resample", "format_wav", "format_pcm", "format_sln")
MEDIA = (
    "res_timing_timerfd",
    "res_rtp_asterisk",
    "res_srtp",
    "res_rtp_multicast",
    "res_musiconhold",
)
STORAGE = ("res_sorcery_config", "res_sorcery_memory", "res_sorcery_astdb")
SIP = (
    "res_pjproject",
    "res_pjsip",
    "res_pjsip_session",
    "res_pjsip_pubsub",
    "res_pjsip_sdp_rtp",
    "res_pjsip_authenticator_digest",
    "res_pjsip_outbound_authenticator_digest",
    "res_pjsip_outbound_registration",
    "res_pjsip_endpoint_identifier_user",
    "res_pjsip_endpoint_identifier_ip",
    "res_pjsip_caller_id",
    "res_pjsip_header_funcs",
    "res_pjsip_nat",
    "res_pjsip_rfc3326",
    # Requests within a call: Asterisk leaves one whose method no module knows without an answer,
    # and a peer may take that for our death (RFC 3261, 12.2.1.2). Not res_pjsip_refer, which would
    # decline REFER: it also follows an INVITE with Replaces, and no setting forbids that.
    "res_pjsip_dlg_options",
    "res_pjsip_dtmf_info",
    "res_pjsip_empty_info",
    "res_pjsip_messaging",
    "res_pjsip_maintenance",
    "chan_pjsip",
)
DIALPLAN = (
    "pbx_config",
    "app_echo",
    "app_playback",
    "app_stack",
    "func_callerid",
    "func_channel",
    "func_env",
    "func_logic",
    "func_strings",
)
RECORDING = (
    "func_cut",
    "func_groupcount",
    "func_uri",
    "func_periodic_hook",
    "app_chanspy",
    "app_mixmonitor",
)
BRIDGES = (
    "bridge_simple",
    "bridge_softmix",
    "bridge_holding",
    "bridge_builtin_features",
    "chan_bridge_media",
)
ARI = (
    "res_http_websocket",
    "res_websocket_client",
    "res_stasis",
    "res_stasis_answer",
    "res_stasis_playback",
    "res_stasis_recording",
    "res_stasis_snoop",
    "res_ari",
    "res_ari_model",
    "res_ari_applications",
    "res_ari_asterisk",
    "res_ari_bridges",
    "res_ari_channels",
    "res_ari_endpoints",
    "res_ari_events",
    "res_ari_playbacks",
    "app_stasis",
)

MODULES: tuple[str, ...] = (
    *CODECS,
    *STORAGE,
    *MEDIA,
    *SIP,
    *DIALPLAN,
    *RECORDING,
    *BRIDGES,
    *ARI,
)
